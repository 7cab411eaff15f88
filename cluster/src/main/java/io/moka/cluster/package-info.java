/// The command `moka`: starts, watches and stops the processes of a cluster on this machine.
///
/// The command contains none of the components: each is a process of its own, under a small supervising shell script that restarts it when it dies. The command
/// ends after each call; all of its state is in the cluster's folder.
///
/// Promises:
/// - every command can be given at any time and any number of times: `up` starts missing processes, `down` stops the running ones;
/// - a process is identified by its pid *and* its command line, so a stale pid file never leads to a signal to an unrelated process;
/// - `down` leaves no process, container, namespace, link or rule; state stays on disk until `--purge`.
///
/// Upstream leaves this to kubeadm, minikube and systemd. Read [UpCommand] first, then [Startup], [Settings], [Instance] and [Supervised].
@NullMarked
package io.moka.cluster;

import org.jspecify.annotations.NullMarked;
