package io.moka.controllers.common;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.Discovery;
import io.moka.machinery.client.ResourceType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the resource that serves an owner's kind; reads discovery again for unknown kinds. Safe for any number of threads.
public final class OwnerTypes {

    private final Discovery discovery;
    private volatile List<ResourceType<GenericKubernetesResource>> known = List.of();

    public OwnerTypes(ApiClient client) {
        this.discovery = new Discovery(client);
    }

    /// The resource of the owner's group and kind, in the version that the server prefers; null where the server has none.
    public @Nullable ResourceType<GenericKubernetesResource> find(OwnerReference owner) {
        var found = lookUp(owner);
        if (found == null) {
            known = discovery.resources().stream().map(Discovery.Resource::type).toList();
            found = lookUp(owner);
        }
        return found;
    }

    private @Nullable ResourceType<GenericKubernetesResource> lookUp(OwnerReference owner) {
        var group = ResourceType.groupOf(owner.getApiVersion());
        return known.stream().filter(type -> type.kind().equals(owner.getKind()) && type.group().equals(group)).findFirst().orElse(null);
    }
}
