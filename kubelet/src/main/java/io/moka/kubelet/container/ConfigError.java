package io.moka.kubelet.container;

/// The container can't be made of its specification (now); the pod's status says why under `CreateContainerConfigError`.
public final class ConfigError extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ConfigError(String message) {
        super(message);
    }
}
