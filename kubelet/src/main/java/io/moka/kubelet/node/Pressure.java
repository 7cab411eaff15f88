package io.moka.kubelet.node;

/// A resource of the node that can run short, with the node condition that reports the shortage.
public enum Pressure {
    MEMORY("MemoryPressure", "KubeletHasInsufficientMemory", "kubelet has insufficient memory available",
            "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    DISK("DiskPressure", "KubeletHasDiskPressure", "kubelet has disk pressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    PID("PIDPressure", "KubeletHasInsufficientPID", "kubelet has insufficient PID available", "KubeletHasSufficientPID", "kubelet has sufficient PID available");

    private final String condition;
    private final String reason;
    private final String message;
    private final String reliefReason;
    private final String reliefMessage;

    Pressure(String condition, String reason, String message, String reliefReason, String reliefMessage) {
        this.condition = condition;
        this.reason = reason;
        this.message = message;
        this.reliefReason = reliefReason;
        this.reliefMessage = reliefMessage;
    }

    /// Type of the node's condition.
    public String condition() {
        return condition;
    }

    String reason(boolean holds) {
        return holds ? reason : reliefReason;
    }

    String message(boolean holds) {
        return holds ? message : reliefMessage;
    }
}
