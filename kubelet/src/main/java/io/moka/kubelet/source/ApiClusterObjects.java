package io.moka.kubelet.source;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Resources;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads objects through the API; the last 500 are cached for times when the apiserver cannot be reached.
public final class ApiClusterObjects implements ClusterObjects {

    private static final int REMEMBERED = 500;

    private final Resources<ConfigMap> configMaps;
    private final Resources<Secret> secrets;
    private final Resources<PersistentVolumeClaim> claims;
    private final Resources<PersistentVolume> volumes;
    private final Resources<RuntimeClass> runtimeClasses;
    private final Resources<ServiceAccount> serviceAccounts;
    private final Map<String, HasMetadata> remembered = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, HasMetadata> eldest) {
            return size() > REMEMBERED;
        }
    });

    public ApiClusterObjects(ApiClient client) {
        this.configMaps = client.resources(ConfigMap.class);
        this.secrets = client.resources(Secret.class);
        this.claims = client.resources(PersistentVolumeClaim.class);
        this.volumes = client.resources(PersistentVolume.class);
        this.runtimeClasses = client.resources(RuntimeClass.class);
        this.serviceAccounts = client.resources(ServiceAccount.class);
    }

    @Override
    public ConfigMap configMap(String namespace, String name) {
        return read(configMaps, ConfigMap.class, namespace, name, "configmap");
    }

    @Override
    public Secret secret(String namespace, String name) {
        return read(secrets, Secret.class, namespace, name, "secret");
    }

    @Override
    public PersistentVolumeClaim claim(String namespace, String name) {
        return read(claims, PersistentVolumeClaim.class, namespace, name, "persistentvolumeclaim");
    }

    @Override
    public PersistentVolume volume(String name) {
        return read(volumes, PersistentVolume.class, "", name, "persistentvolume");
    }

    @Override
    public RuntimeClass runtimeClass(String name) {
        return read(runtimeClasses, RuntimeClass.class, "", name, "runtimeclass");
    }

    private <T extends HasMetadata> T read(Resources<T> resources, Class<T> type, String namespace, String name, String kind) {
        var key = kind + "/" + namespace + "/" + name;
        try {
            var object = resources.get(namespace, name);
            remembered.put(key, object);
            return object;
        } catch (ApiException e) {
            if (e.isNotFound()) {
                remembered.remove(key);
                throw new MissingSource(kind + " \"" + name + "\" not found");
            }
            throw new MissingSource(e.getMessage());
        } catch (UncheckedIOException e) {
            var last = remembered.get(key);
            if (last == null) {
                throw new MissingSource("failed to read " + kind + " \"" + name + "\": " + e.getMessage());
            }
            return type.cast(last);
        }
    }

    @Override
    public IssuedToken token(Pod pod, String audience, long lifeSeconds) {
        var account = pod.getSpec().getServiceAccountName() == null ? "default" : pod.getSpec().getServiceAccountName();
        var request = new TokenRequestBuilder().withNewSpec()
                .withAudiences(audience.isEmpty() ? List.of() : List.of(audience)).withExpirationSeconds(lifeSeconds)
                .withNewBoundObjectRef().withApiVersion("v1").withKind("Pod")
                .withName(pod.getMetadata().getName()).withUid(pod.getMetadata().getUid()).endBoundObjectRef()
                .endSpec().build();
        try {
            var answer = serviceAccounts.createSubresource(pod.getMetadata().getNamespace(), account, "token", request, TokenRequest.class);
            return new IssuedToken(answer.getStatus().getToken(), Instant.parse(answer.getStatus().getExpirationTimestamp()));
        } catch (ApiException | UncheckedIOException e) {
            throw new MissingSource("failed to fetch token: " + e.getMessage());
        }
    }
}
