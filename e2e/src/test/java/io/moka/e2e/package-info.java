/// Black-box tests: a cluster started as a user starts it, looked at from outside through kubectl-lite, upstream's kubectl and curl.
///
/// The expected output of upstream's kubectl is in transcripts of a shell in `src/test/resources`, read by KubectlScript and checked
/// command by command by KubectlTableTest and KubectlVersionsTest. A further command is one more line there; its output is compared to the letter.
///
/// Promises: one cluster for each of the processes that run tests side by side, `e2e-1` and `e2e-2`, serves all their tests that do not break clusters and is
/// stopped with the last of them; every test works in a namespace of its own; no test is skipped: a missing program fails the test with a message that says what to install.
@NullMarked
package io.moka.e2e;

import org.jspecify.annotations.NullMarked;
