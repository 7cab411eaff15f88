package io.moka.apiserver.admission.framework;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.storage.Caches;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The objects of a type by namespace, parsed once for each state of the cache. Costs next to nothing while there are none.
public final class NamespacedObjects {
    private final Caches caches;
    private final ResourceType type;
    private volatile Snapshot snapshot = new Snapshot(-1, Map.of());

    private record Snapshot(long revision, Map<String, List<ObjectNode>> byNamespace) {}

    public NamespacedObjects(Caches caches, ResourceType type) {
        this.caches = caches;
        this.type = type;
    }

    public ResourceType type() {
        return type;
    }

    /// Returns the objects of a namespace, ordered by name, as shared trees that must not be changed.
    public List<ObjectNode> in(String namespace) {
        if (caches.of(type).size() == 0) {
            return List.of();
        }
        long revision = caches.revision(type);
        Snapshot seen = snapshot;
        if (seen.revision() != revision) {
            seen = new Snapshot(revision, new ConcurrentHashMap<>());
            snapshot = seen;
        }
        return seen.byNamespace().computeIfAbsent(namespace, ignored -> caches.list(type, namespace));
    }
}
