package io.moka.kubelet.source;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClassBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Config maps and secrets in memory; tokens are numbered.
public class MapClusterObjects implements ClusterObjects {

    private final Map<String, ConfigMap> configMaps = new ConcurrentHashMap<>();
    private final Map<String, Secret> secrets = new ConcurrentHashMap<>();
    private final Map<String, PersistentVolumeClaim> claims = new ConcurrentHashMap<>();
    private final Map<String, PersistentVolume> volumes = new ConcurrentHashMap<>();
    private final AtomicInteger tokens = new AtomicInteger();
    private final InstantSource clock;

    public MapClusterObjects(InstantSource clock) {
        this.clock = clock;
    }

    public MapClusterObjects configMap(String name, Map<String, String> data) {
        configMaps.put(name, new ConfigMapBuilder().withNewMetadata().withName(name).endMetadata().withData(data).build());
        return this;
    }

    public MapClusterObjects secret(String name, String key, String value) {
        secrets.put(name, new SecretBuilder().withNewMetadata().withName(name).endMetadata()
                .addToData(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))).build());
        return this;
    }

    /// A claim of the namespace `default`, bound to the volume.
    public MapClusterObjects bound(PersistentVolumeClaim claim, PersistentVolume volume) {
        claims.put(claim.getMetadata().getName(), claim);
        volumes.put(volume.getMetadata().getName(), volume);
        return this;
    }

    @Override
    public PersistentVolumeClaim claim(String namespace, String name) {
        var found = claims.get(name);
        if (found == null) {
            throw new MissingSource("persistentvolumeclaim \"" + name + "\" not found");
        }
        return found;
    }

    @Override
    public PersistentVolume volume(String name) {
        var found = volumes.get(name);
        if (found == null) {
            throw new MissingSource("persistentvolume \"" + name + "\" not found");
        }
        return found;
    }

    /// The handler of each class has the class's name.
    @Override
    public RuntimeClass runtimeClass(String name) {
        if (name.isEmpty()) {
            throw new MissingSource("runtimeclass \"\" not found");
        }
        return new RuntimeClassBuilder().withNewMetadata().withName(name).endMetadata().withHandler(name).build();
    }

    @Override
    public ConfigMap configMap(String namespace, String name) {
        var found = configMaps.get(name);
        if (found == null) {
            throw new MissingSource("configmap \"" + name + "\" not found");
        }
        return found;
    }

    @Override
    public Secret secret(String namespace, String name) {
        var found = secrets.get(name);
        if (found == null) {
            throw new MissingSource("secret \"" + name + "\" not found");
        }
        return found;
    }

    @Override
    public IssuedToken token(Pod pod, String audience, long lifeSeconds) {
        return new IssuedToken("token-" + tokens.incrementAndGet(), clock.instant().plus(Duration.ofSeconds(lifeSeconds)));
    }
}
