/// Black-box tests: a cluster started as a user starts it, looked at from outside through kubectl-lite, upstream's kubectl and curl.
///
/// What upstream's kubectl prints is a table of its own: transcripts of a shell in `src/test/resources`, read by KubectlScript and checked
/// command by command by KubectlTableTest. A command that is missing there is one more line; what it prints is compared to the letter.
///
/// Promises: one cluster, `e2e`, serves all tests that do not break clusters and is stopped with the last of them; every test works in
/// a namespace of its own; nothing is skipped, what is missing on the machine fails with a word of what to install.
@NullMarked
package io.moka.e2e;

import org.jspecify.annotations.NullMarked;
