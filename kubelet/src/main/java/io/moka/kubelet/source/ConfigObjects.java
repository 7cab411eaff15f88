package io.moka.kubelet.source;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;

/// Reads config maps and secrets. Each call throws [MissingSource] where there is no such object.
public interface ConfigObjects {

    ConfigMap configMap(String namespace, String name);

    Secret secret(String namespace, String name);
}
