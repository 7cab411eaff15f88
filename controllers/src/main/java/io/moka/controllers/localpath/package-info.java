/// Provisions volumes that are folders on nodes, for claims of classes with the provisioner `moka.io/local-path`; grows and reclaims them.
///
/// Watches claims, volumes, storage classes and nodes. Creates and deletes volume objects; touches no disk. This controller decides the path and the size of a
/// volume; the kubelet of the volume's node, which watches the volumes that are labelled with its name, creates the content.
///
/// - A volume is on one node: the one that the scheduler chose, or of a class with immediate binding the ready node with the fewest volumes of this
///   provisioner.
/// - Its path is below the class's `path` (or the node's entry in `nodePathMap`), as `pathPattern` says; a pattern that leads out of that path, or whose values
///   are no plain names, is refused.
/// - A class with `sharedFileSystemPath` makes folders on a file system that all nodes have mounted there, for claims of any access mode; such a volume has
///   no node affinity and no size of its own, and one of the nodes makes and deletes its folder.
/// - The finalizer `moka.io/local-path-content` keeps the object until the kubelet has deleted the content. If the node itself is gone, its content is gone,
///   too, and the finalizer is removed here.
/// - A claim that asks for more grows: the volume's capacity is raised here, the file system on the node by the kubelet, which then updates the claim.
///
/// Replaces Rancher's local-path provisioner, whose `nodePathMap`, `sharedFileSystemPath` and `pathPattern` are supported; unlike there, a claim's size is
/// enforced. Read [ProvisionPlan], then [ReclaimPlan] and [GrowthPlan].
@NullMarked
package io.moka.controllers.localpath;

import org.jspecify.annotations.NullMarked;
