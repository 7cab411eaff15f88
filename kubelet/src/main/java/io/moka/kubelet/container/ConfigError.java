package io.moka.kubelet.container;

/// Thrown when a container can't be created from its specification at present; the pod's status shows the message under `CreateContainerConfigError`.
public final class ConfigError extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ConfigError(String message) {
        super(message);
    }
}
