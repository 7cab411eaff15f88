package io.moka.kubelet.eviction;

import io.moka.kubelet.node.Pressure;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A measured value of the node that shows a shortage. The order is that in which shortages are handled: memory first, as running out of it is the worst.
public enum Signal {
    MEMORY("memory.available", "memory", Pressure.MEMORY),
    /// The free part of the memory that all pods together may use. This signal has no flag: the hard threshold of `memory.available` applies to it, too.
    ALLOCATABLE_MEMORY("allocatableMemory.available", "memory", Pressure.MEMORY),
    /// The file system of the pods' folders.
    NODE_DISK("nodefs.available", "ephemeral-storage", Pressure.DISK),
    NODE_INODES("nodefs.inodesFree", "inodes", Pressure.DISK),
    /// The file system of the engine's images and containers; often the same as the pods' folders'.
    IMAGE_DISK("imagefs.available", "ephemeral-storage", Pressure.DISK),
    IMAGE_INODES("imagefs.inodesFree", "inodes", Pressure.DISK),
    PROCESS_IDS("pid.available", "pids", Pressure.PID);

    private final String flagName;
    private final String resource;
    private final Pressure pressure;

    Signal(String flagName, String resource, Pressure pressure) {
        this.flagName = flagName;
        this.resource = resource;
        this.pressure = pressure;
    }

    /// The signal's name in flags.
    public String flagName() {
        return flagName;
    }

    /// The name of the resource to reclaim in events and statuses.
    String resource() {
        return resource;
    }

    Pressure pressure() {
        return pressure;
    }

    /// Returns the signal with this name in flags, or null.
    static @Nullable Signal named(String name) {
        return Arrays.stream(values()).filter(signal -> signal != ALLOCATABLE_MEMORY && signal.flagName.equals(name)).findFirst().orElse(null);
    }
}
