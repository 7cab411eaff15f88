package io.moka.apiserver.core.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.ResourceType;
import org.jspecify.annotations.Nullable;

/// A change that a caller requests, as admission plugins see it.
///
/// @param subresource empty for the object itself
/// @param kind        the kind of `object`, which for some subresources is not the resource's own (`Scale`, `Eviction`, `PodExecOptions`)
/// @param name        empty in the mutating round of a create whose name is yet to be generated
/// @param object      the new state, which mutating plugins may change; null for a delete
/// @param oldObject   the state before, not to be changed; null for a create
public record AdmissionRequest(
        Operation operation, ResourceType type, String subresource, GroupVersionKind kind, String namespace, String name,
        @Nullable ObjectNode object, @Nullable ObjectNode oldObject, Caller caller, Reinvocation reinvocation) {

    /// The requested operation; `CONNECT` opens a connection to the process or server behind the object (`exec`, `proxy`), with its parameters in `object`.
    public enum Operation { CREATE, UPDATE, DELETE, CONNECT }

    public AdmissionRequest(Operation operation, ResourceType type, String subresource, GroupVersionKind kind, String namespace, String name,
            @Nullable ObjectNode object, @Nullable ObjectNode oldObject, Caller caller) {
        this(operation, type, subresource, kind, namespace, name, object, oldObject, caller, new Reinvocation());
    }

    /// Creates a plain request for the object itself or a part of it, without options.
    public AdmissionRequest(Operation operation, ResourceType type, String subresource, String namespace, String name,
            @Nullable ObjectNode object, @Nullable ObjectNode oldObject, UserInfo user, boolean dryRun) {
        this(operation, type, subresource, type.gvk(), namespace, name, object, oldObject, new Caller(user, dryRun, Json::object));
    }

    public UserInfo user() {
        return caller.user();
    }

    public boolean dryRun() {
        return caller.dryRun();
    }

    public boolean isCore(String plural) {
        return type.group().isEmpty() && type.plural().equals(plural);
    }

    /// Whether an object of this core type is being created.
    public boolean creates(String plural) {
        return operation == Operation.CREATE && subresource.isEmpty() && isCore(plural);
    }

    /// Returns the namespace that the request concerns: for a namespace object its own name.
    public String namespaceConcerned() {
        return isCore("namespaces") ? name : namespace;
    }

    /// Returns the same request with the name that the object has been given.
    public AdmissionRequest named(String given) {
        return name.equals(given) ? this : new AdmissionRequest(operation, type, subresource, kind, namespace, given, object, oldObject, caller, reinvocation);
    }

    /// Returns the object's name for an error message, or its `generateName` when it has no name yet.
    public String nameToTell() {
        if (!name.isEmpty() || object == null) {
            return name;
        }
        String own = Json.name(object);
        return own.isEmpty() ? Json.text(object, "metadata", "generateName") : own;
    }

    /// Returns the new state of a create or update.
    public ObjectNode newObject() {
        if (object == null) {
            throw new IllegalStateException("a delete has no new object");
        }
        return object;
    }

    /// Returns the request's options as an object of their kind; null for `CONNECT`, which has none.
    public @Nullable ObjectNode options() {
        String optionsKind = switch (operation) {
            case CREATE -> "CreateOptions";
            case UPDATE -> "UpdateOptions";
            case DELETE -> "DeleteOptions";
            case CONNECT -> "";
        };
        return optionsKind.isEmpty() ? null : caller.options().get().put("kind", optionsKind).put("apiVersion", "meta.k8s.io/v1");
    }
}
