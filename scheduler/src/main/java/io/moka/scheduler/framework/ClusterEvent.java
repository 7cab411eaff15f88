package io.moka.scheduler.framework;

/// Something that happened and could let a waiting pod fit.
public enum ClusterEvent {
    NODE_ADDED,
    NODE_ALLOCATABLE_CHANGED,
    NODE_LABELS_CHANGED,
    NODE_TAINTS_CHANGED,
    POD_REMOVED,
    POD_CHANGED
}
