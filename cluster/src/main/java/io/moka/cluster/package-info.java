/// The command `moka`: starts, watches and stops the processes of a cluster on this machine.
///
/// It links none of the components: each is a process of its own, started under a small supervising shell script that starts it
/// again when it dies. The command itself does not stay; everything it must remember is in the cluster's folder.
///
/// Promises:
/// - every command can be given at any time and any number of times: `up` starts what is missing, `down` stops what is there;
/// - a process is known by its pid *and* its command line, so a stale pid file never hits a stranger;
/// - `down` leaves no process, container, namespace, link or rule; state stays on disk until `--purge`.
///
/// Upstream leaves this to kubeadm, minikube and systemd. Read [UpCommand] first, then [Component].
@NullMarked
package io.moka.cluster;

import org.jspecify.annotations.NullMarked;
