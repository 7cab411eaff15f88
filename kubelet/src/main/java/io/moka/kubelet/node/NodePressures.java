package io.moka.kubelet.node;

import java.util.Set;
import java.util.function.Supplier;

/// The node's present pressures: set by the evictor, reported in the node's conditions, and checked when a pod is admitted. Safe for any number of threads.
public final class NodePressures implements Supplier<Set<Pressure>> {

    private volatile Set<Pressure> present = Set.of();

    @Override
    public Set<Pressure> get() {
        return present;
    }

    public void set(Set<Pressure> pressures) {
        present = Set.copyOf(pressures);
    }
}
