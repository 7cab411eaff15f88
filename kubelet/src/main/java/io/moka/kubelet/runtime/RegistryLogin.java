package io.moka.kubelet.runtime;

/// Who we are to a registry.
public record RegistryLogin(String registry, String username, String password) {

    @Override
    public String toString() {
        return "login of " + username + " at " + registry;
    }
}
