package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.Caller;
import io.moka.apiserver.authn.UserInfo;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.ResourceType;
import java.util.function.Consumer;

/// Writes objects for the server itself, by the same rules that hold for clients, but without a request.
public final class ObjectWriter {
    private final Intake intake;
    private final CreateVerb createVerb;
    private final UpdateRules rules;
    private final ObjectStorage storage;
    private final Ownership ownership;
    private final DeleteVerb deleteVerb;

    public ObjectWriter(Registry registry) {
        intake = new Intake(registry.schemas());
        storage = new ObjectStorage(registry);
        rules = new UpdateRules(registry, intake);
        ownership = new Ownership(intake, registry.clock());
        createVerb = new CreateVerb(registry, intake, storage, ownership);
        deleteVerb = new DeleteVerb(registry, storage);
    }

    /// @throws io.moka.apiserver.status.ApiException as a client's request would be answered with
    public ObjectNode create(ResourceType type, String namespace, ObjectNode object, UserInfo user) {
        object.put("kind", type.kind()).put("apiVersion", type.groupVersion());
        intake.schema(type.gvk()).applyDefaults(object);
        return Json.read(createVerb.create(new Target(type, namespace, "", ""), ownership.created(type, object, FieldOwners.server(type)), Caller.own(user)));
    }

    /// As [#update], through the status subresource.
    public ObjectNode updateStatus(ResourceType type, String namespace, String name, UserInfo user, Consumer<ObjectNode> change) {
        Target target = new Target(type, namespace, name, "status");
        return Json.read(storage.update(target, false, current -> {
            ObjectNode updated = current.object().deepCopy();
            change.accept(updated);
            return rules.apply(target, updated, current, Caller.own(user));
        }));
    }

    /// Deletes an object as its kind's rules and its finalizers allow.
    public void delete(ResourceType type, String namespace, String name, UserInfo user) {
        deleteVerb.delete(new Target(type, namespace, name, ""), DeleteOptions.DEFAULT, Caller.own(user));
    }

    /// @param change edits the present state in place; may be called again with a newer one
    public ObjectNode update(ResourceType type, String namespace, String name, UserInfo user, Consumer<ObjectNode> change) {
        return update(new Target(type, namespace, name, ""), user, change);
    }

    private ObjectNode update(Target target, UserInfo user, Consumer<ObjectNode> change) {
        return Json.read(storage.update(target, false, current -> {
            ObjectNode updated = current.object().deepCopy();
            change.accept(updated);
            intake.schema(target.type().gvk()).applyDefaults(updated);
            ownership.updated(target.type(), updated, current, FieldOwners.server(target.type()));
            return rules.apply(target, updated, current, Caller.own(user));
        }));
    }
}
