package io.moka.scheduler.framework;

/// A [Filter] or [Score] whose answer for a node follows from that node with its pods and from the pod's [io.moka.scheduler.cache.PodShape] alone. Its answer
/// for one pod of a shape then holds for all pods of the shape until the node changes.
///
/// Its check and its score function may be kept beyond the cycle: they must read the cycle's state only while they are created, and never the list of fitting
/// nodes.
public interface ByShape extends Plugin {
}
