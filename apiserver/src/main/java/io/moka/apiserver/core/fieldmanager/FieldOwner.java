package io.moka.apiserver.core.fieldmanager;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;

/// The identity of a field manager's entry in `managedFields`.
///
/// @param manager empty when the client named neither a field manager nor itself
/// @param subresource empty for the object itself
public record FieldOwner(String manager, Operation operation, String apiVersion, String subresource) {

    /// The kind of write.
    public enum Operation {
        APPLY("Apply"), UPDATE("Update");

        final String text;

        Operation(String text) {
            this.text = text;
        }
    }

    /// Whether both write into the same entry. An applier keeps its entry when it changes to another version.
    boolean sameAs(FieldOwner other) {
        return operation == other.operation && manager.equals(other.manager) && subresource.equals(other.subresource)
                && (operation == Operation.APPLY || apiVersion.equals(other.apiVersion));
    }

    FieldOwner named(String newManager) {
        return new FieldOwner(newManager, Operation.UPDATE, apiVersion, subresource);
    }

    /// Returns the owner's name for messages about conflicts: `"kubectl" with subresource "scale" using apps/v1`.
    String describe() {
        String text = quoted(manager);
        if (!subresource.isEmpty()) {
            text += " with subresource " + quoted(subresource);
        }
        return operation == Operation.UPDATE ? text + " using " + apiVersion : text;
    }

    private static String quoted(String text) {
        return Json.object().textNode(text).toString();
    }

    void writeTo(ObjectNode entry) {
        if (!manager.isEmpty()) {
            entry.put("manager", manager);
        }
        entry.put("operation", operation.text).put("apiVersion", apiVersion);
    }
}
