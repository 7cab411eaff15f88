package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.admission.Caller;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.ResourceType;
import java.util.function.Consumer;

/// Writes objects for the server itself, by the same rules as for clients, but without a request.
public final class ObjectWriter {
    private final Intake intake;
    private final CreateVerb createVerb;
    private final UpdateRules rules;
    private final ObjectStorage storage;
    private final Ownership ownership;
    private final DeleteVerb deleteVerb;

    public ObjectWriter(VerbContext context) {
        intake = new Intake(context.schemas());
        storage = new ObjectStorage(context);
        rules = new UpdateRules(context, intake);
        ownership = new Ownership(intake, context.clock());
        createVerb = new CreateVerb(context, intake, storage, ownership);
        deleteVerb = new DeleteVerb(context, storage);
    }

    /// @throws io.moka.apiserver.core.status.ApiException the error that a client would get
    public ObjectNode create(ResourceType type, String namespace, ObjectNode object, UserInfo user) {
        object.put("kind", type.kind()).put("apiVersion", type.groupVersion());
        intake.schema(type.gvk()).applyDefaults(object);
        return Json.read(createVerb.create(new Target(type, namespace, "", ""), ownership.created(type, object, FieldOwners.server(type)), Caller.own(user)));
    }

    /// Updates an object through the status subresource, otherwise as [#update].
    public ObjectNode updateStatus(ResourceType type, String namespace, String name, UserInfo user, Consumer<ObjectNode> change) {
        Target target = new Target(type, namespace, name, "status");
        return Json.read(storage.update(target, false, current -> {
            ObjectNode updated = current.object().deepCopy();
            change.accept(updated);
            return rules.apply(target, updated, current, Caller.own(user));
        }));
    }

    /// Deletes an object by the rules of its kind and its finalizers.
    public void delete(ResourceType type, String namespace, String name, UserInfo user) {
        deleteVerb.delete(new Target(type, namespace, name, ""), DeleteOptions.DEFAULT, Caller.own(user));
    }

    /// @param change edits the present state in place; may be called again with a newer state
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
