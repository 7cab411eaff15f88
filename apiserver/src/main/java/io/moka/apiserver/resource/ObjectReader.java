package io.moka.apiserver.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads objects from the server's own cache: cheap enough to be called for every request, and at most a moment behind etcd.
/// The returned trees are shared and must not be changed.
public interface ObjectReader {

    /// The objects of a type in one namespace, or in all of them when `namespace` is empty; ordered by namespace and name.
    List<ObjectNode> list(ResourceType type, String namespace);

    /// One object; `namespace` is empty for cluster-scoped types.
    @Nullable ObjectNode get(ResourceType type, String namespace, String name);

    /// A number that grows with every change of any object of the type: what is derived from the objects may be kept until it changes.
    long revision(ResourceType type);
}
