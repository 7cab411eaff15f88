package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
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

    public ObjectWriter(Registry registry) {
        intake = new Intake(registry.schemas());
        storage = new ObjectStorage(registry);
        rules = new UpdateRules(registry, intake);
        createVerb = new CreateVerb(registry, intake, storage);
    }

    /// @throws io.moka.apiserver.status.ApiException as a client's request would be answered with
    public ObjectNode create(ResourceType type, String namespace, ObjectNode object, UserInfo user) {
        object.put("kind", type.kind()).put("apiVersion", type.groupVersion());
        intake.schema(type.gvk()).applyDefaults(object);
        return Json.read(createVerb.create(new Target(type, namespace, "", ""), object, user, false));
    }

    /// @param change edits the present state in place; may be called again with a newer one
    public ObjectNode update(ResourceType type, String namespace, String name, UserInfo user, Consumer<ObjectNode> change) {
        return update(new Target(type, namespace, name, ""), user, change);
    }

    /// The same for the status, of which alone the change is kept.
    public ObjectNode updateStatus(ResourceType type, String namespace, String name, UserInfo user, Consumer<ObjectNode> change) {
        return update(new Target(type, namespace, name, "status"), user, change);
    }

    private ObjectNode update(Target target, UserInfo user, Consumer<ObjectNode> change) {
        return Json.read(storage.update(target, false, current -> {
            ObjectNode updated = current.object().deepCopy();
            change.accept(updated);
            intake.schema(target.type().gvk()).applyDefaults(updated);
            return rules.apply(target, updated, current, user, false);
        }));
    }
}
