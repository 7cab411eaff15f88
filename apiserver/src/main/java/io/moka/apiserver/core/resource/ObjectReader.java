package io.moka.apiserver.core.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads objects from the server's own cache: cheap enough for every request, and at most a moment behind etcd.
/// The returned trees are shared and must not be changed.
public interface ObjectReader {

    /// Returns the objects of a type in one namespace, or in all of them when `namespace` is empty; ordered by namespace and name.
    List<ObjectNode> list(ResourceType type, String namespace);

    /// Returns one object, or null; `namespace` is empty for cluster-scoped types.
    @Nullable ObjectNode get(ResourceType type, String namespace, String name);

    /// Returns a number that grows with each change of an object of the type: values derived from the objects may be cached until it changes.
    long revision(ResourceType type);
}
