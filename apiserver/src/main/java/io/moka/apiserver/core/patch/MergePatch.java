package io.moka.apiserver.core.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/// Applies merge patches (RFC 7386): fields in the patch are set, fields that are null in it are removed, objects are merged, lists replaced.
public final class MergePatch {

    private MergePatch() {
    }

    /// Returns a patched copy; `document` is not changed.
    public static JsonNode apply(JsonNode document, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch.deepCopy();
        }
        ObjectNode target = document instanceof ObjectNode object
                ? object.deepCopy() : JsonNodeFactory.instance.objectNode();
        merge(target, changes);
        return target;
    }

    private static void merge(ObjectNode target, ObjectNode patch) {
        for (Map.Entry<String, JsonNode> change : patch.properties()) {
            JsonNode value = change.getValue();
            if (value.isNull()) {
                target.remove(change.getKey());
            } else if (value instanceof ObjectNode changes) {
                ObjectNode child = target.get(change.getKey()) instanceof ObjectNode existing
                        ? existing : target.putObject(change.getKey());
                merge(child, changes);
            } else {
                target.set(change.getKey(), value.deepCopy());
            }
        }
    }
}
