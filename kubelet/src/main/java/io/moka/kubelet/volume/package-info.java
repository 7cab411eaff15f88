/// The volumes of pods, as folders on the node that containers see as bind mounts.
///
/// Promises:
/// - setting up is idempotent: done again, it repairs what is missing and brings what has changed up to date;
/// - a reader of a config map, secret, token or downward-API volume sees all files of one state, never a mix ([AtomicWriter]);
/// - secrets and tokens lie in memory (tmpfs) where the kubelet may mount one, and in a folder that only root can enter in any case;
/// - a container can't reach out of its volume by a `subPath` that is, or passes, a symbolic link.
///
/// Upstream mounts a tmpfs for each secret; here one holds all of a node. Persistent volumes do not exist yet. Read [PodVolumes] first.
@NullMarked
package io.moka.kubelet.volume;

import org.jspecify.annotations.NullMarked;
