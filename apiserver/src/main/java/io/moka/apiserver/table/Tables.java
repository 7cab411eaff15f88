package io.moka.apiserver.table;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.resource.GroupVersionKind;
import java.time.InstantSource;
import java.util.List;

/// Renders objects as a `meta.k8s.io/v1` Table.
public final class Tables {

    private final InstantSource clock;

    public Tables(InstantSource clock) {
        this.clock = clock;
    }

    /// The table of `items`; `listMeta` is the metadata of the list (`resourceVersion`, `continue`, `remainingItemCount`).
    public ObjectNode render(GroupVersionKind kind, List<ObjectNode> items, ObjectNode listMeta, IncludeObject policy) {
        return JsonNodeFactory.instance.objectNode();
    }
}
