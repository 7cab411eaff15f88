/// Runs a program, or a class of tests, in a virtual machine with the distribution's kernel, for features that this machine's kernel lacks (IPVS, another
/// version of cgroups).
///
/// Promises:
/// - the machine sees this one's files, at the same places, and cannot change them; `/tmp` and `/run` are its own and empty;
/// - the program is root there and has modules of the kernel loaded as it needs them, cgroup v2, and no network but its own loopback interface;
/// - the machine ends with the program, at a time-out or with the test's process, and leaves nothing behind.
///
/// The module's README says how long that takes and how a test uses it. Read [VirtualMachine] first.
@NullMarked
package io.moka.testvm;

import org.jspecify.annotations.NullMarked;
