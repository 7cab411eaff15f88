package io.moka.scheduler.framework;

/// The kinds of changes that can let a waiting pod fit.
public enum ClusterEvent {
    NODE_ADDED("a node is added"),
    NODE_ALLOCATABLE_CHANGED("the resources of a node change"),
    NODE_LABELS_CHANGED("the labels of a node change"),
    NODE_TAINTS_CHANGED("a node's taints or its cordon change"),
    NAMESPACE_CHANGED("the labels of a namespace change"),
    /// A claim, volume, storage class or CSI node is new or has changed.
    STORAGE_CHANGED("a claim, volume, storage class or CSI node changes"),
    /// A pod with a node is new, or its labels have changed.
    POD_PLACED("a pod is placed"),
    POD_REMOVED("a pod is removed"),
    /// The waiting pod itself has changed.
    POD_CHANGED("the pod itself changes");

    private final String words;

    ClusterEvent(String words) {
        this.words = words;
    }

    /// The event as a sentence, for explanations.
    public String words() {
        return words;
    }
}
