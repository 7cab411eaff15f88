package io.moka.proxy.policy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.policy.Changes.Change;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A cluster in memory: objects, and word of their changes.
final class Objects implements ClusterView {

    final Changes changes = new Changes(System::nanoTime);
    private final Map<ObjectKey, NetworkPolicy> policies = new ConcurrentHashMap<>();
    private final Map<ObjectKey, Pod> pods = new ConcurrentHashMap<>();

    void put(HasMetadata object) {
        var key = ObjectKey.of(object);
        switch (object) {
            case NetworkPolicy policy -> policies.put(key, policy);
            case Pod pod -> pods.put(key, pod);
            default -> throw new IllegalArgumentException(object.getKind());
        }
        changes.add(object instanceof Pod ? new Change.OfPod(key) : new Change.OfPolicy(key));
    }

    void remove(NetworkPolicy policy) {
        policies.remove(ObjectKey.of(policy));
        changes.add(new Change.OfPolicy(ObjectKey.of(policy)));
    }

    @Override
    public void awaitPolicies() {
        // they are all here
    }

    @Override
    public void awaitPods() {
        // they are all here
    }

    @Override
    public List<NetworkPolicy> policies() {
        return List.copyOf(policies.values());
    }

    @Override
    public @Nullable NetworkPolicy policy(ObjectKey key) {
        return policies.get(key);
    }

    @Override
    public List<Pod> pods() {
        return List.copyOf(pods.values());
    }

    @Override
    public @Nullable Pod pod(ObjectKey key) {
        return pods.get(key);
    }

    @Override
    public List<Namespace> namespaces() {
        return List.of(new NamespaceBuilder().withNewMetadata().withName("x").endMetadata().build());
    }

    @Override
    public @Nullable Namespace namespace(String name) {
        return name.equals("x") ? namespaces().getFirst() : null;
    }
}
