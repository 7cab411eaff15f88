package io.moka.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.authn.UserInfo;
import io.moka.apiserver.resource.ResourceType;
import org.jspecify.annotations.Nullable;

/// A change that somebody wants to make.
///
/// @param subresource empty for the object itself
/// @param object      the new state, which mutating plugins may change; null for a delete
/// @param oldObject   the state before, not to be changed; null for a create
public record AdmissionRequest(
        Operation operation, ResourceType type, String subresource, String namespace, String name,
        @Nullable ObjectNode object, @Nullable ObjectNode oldObject, UserInfo user, boolean dryRun) {

    public enum Operation { CREATE, UPDATE, DELETE }

    public boolean isCore(String plural) {
        return type.group().isEmpty() && type.plural().equals(plural);
    }

    /// Whether an object of this core type is being created.
    public boolean creates(String plural) {
        return operation == Operation.CREATE && subresource.isEmpty() && isCore(plural);
    }

    /// The new state of a create or update.
    public ObjectNode newObject() {
        if (object == null) {
            throw new IllegalStateException("a delete has no new object");
        }
        return object;
    }
}
