/// Sets up the volumes of pods as folders on the node that containers see as bind mounts.
///
/// Promises:
/// - setting up is idempotent: a repeated call creates missing files and updates changed ones;
/// - a reader of a config map, secret, token or downward-API volume sees all files of one state, never a mix ([AtomicWriter]);
/// - secrets and tokens lie in memory (tmpfs) where the kubelet may mount one, and in a folder that only root can enter in any case;
/// - a container can't reach out of its volume by a `subPath` that is, or passes, a symbolic link, even if the link changes at any moment ([PinnedMounts]);
/// - nothing is created behind a link that a container may have created, and clean-up never goes beyond the folder and its file system ([TreeDeletion]).
///
/// - tearing down is idempotent, too, and finds volumes of an earlier process on the disk and in the mount table;
/// - content is never deleted through a mount, and the content of a persistent volume only if its own record names its owner ([LocalPathStore]).
///
/// Upstream mounts a tmpfs for each secret; here one holds all of a node. Read [PodVolumes] first, then [ClaimVolumes] and [LocalPathStore].
@NullMarked
package io.moka.kubelet.volume;

import org.jspecify.annotations.NullMarked;
