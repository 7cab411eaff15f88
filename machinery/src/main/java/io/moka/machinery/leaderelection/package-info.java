/// Elects one active process among several that could do the same work, by a Lease.
///
/// Promises:
/// - at most one process believes that it leads, as long as clocks run at about the same rate (not that they show the same time);
/// - a leader that cannot renew its lease within the renew deadline stops leading before anyone else can start;
/// - a process that comes back under the identity that holds the lease leads again at once.
///
/// Upstream makes up a new identity at each start, so that a restart waits for the old lease to run out; a stable identity,
/// which the launcher gives, saves this time. The lease is shorter than upstream's (12 s, not 15 s). Read [LeaderElector].
@NullMarked
package io.moka.machinery.leaderelection;

import org.jspecify.annotations.NullMarked;
