package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.ResourceType;
import java.util.List;

/// Renders objects as a `meta.k8s.io/v1` Table, with the columns of their kind. Safe for all threads.
public interface TableRenderer {
    /// Returns the table of `items`.
    ///
    /// @param listMeta the metadata of the list (`resourceVersion`, `continue`, `remainingItemCount`)
    /// @param policy   the part of its object that each row carries
    ObjectNode render(ResourceType type, List<ObjectNode> items, ObjectNode listMeta, IncludeObject policy);

    /// Returns the table of objects that are of no resource's own kind, such as scales.
    ObjectNode render(GroupVersionKind kind, List<ObjectNode> items, ObjectNode listMeta, IncludeObject policy);
}
