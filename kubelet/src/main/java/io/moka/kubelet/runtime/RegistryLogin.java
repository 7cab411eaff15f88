package io.moka.kubelet.runtime;

/// The kubelet's credentials for a registry.
public record RegistryLogin(String registry, String username, String password) {

    @Override
    public String toString() {
        return "login of " + username + " at " + registry;
    }
}
