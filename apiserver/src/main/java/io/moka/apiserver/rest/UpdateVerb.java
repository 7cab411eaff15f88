package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.Caller;
import io.moka.apiserver.fieldmanager.FieldOwner;
import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.status.ApiException;

/// PUT: an object's next state, whole.
final class UpdateVerb {
    private final Registry registry;
    private final Intake intake;
    private final ObjectStorage storage;
    private final UpdateRules rules;
    private final CreateVerb createVerb;
    private final Ownership ownership;

    UpdateVerb(Registry registry, Intake intake, ObjectStorage storage, UpdateRules rules, CreateVerb createVerb, Ownership ownership) {
        this.registry = registry;
        this.intake = intake;
        this.storage = storage;
        this.rules = rules;
        this.createVerb = createVerb;
        this.ownership = ownership;
    }

    /// @param created the answer's code is 201 when the PUT made the object
    record Outcome(byte[] json, boolean created) {}

    Outcome update(Exchange exchange, Target target) {
        ObjectNode sent = intake.read(exchange, target.type().gvk());
        FieldOwner writer = FieldOwners.updater(exchange, target);
        Caller caller = WriteOptions.caller(exchange);
        try {
            UpdateRules.requireName(target, sent);
            return new Outcome(storage.update(target, caller.dryRun(), current -> {
                ObjectNode updated = ownership.updated(target.type(), sent.deepCopy(), current, writer);
                return rules.apply(target, updated, current, caller);
            }), false);
        } catch (ApiException missing) {
            boolean mayCreate = missing.code() == 404 && target.subresource().isEmpty() && registry.strategies().of(target.type()).createsOnUpdate()
                    && Json.text(sent, "metadata", "resourceVersion").isEmpty();
            if (!mayCreate) {
                throw missing;
            }
            return new Outcome(createVerb.create(target, ownership.created(target.type(), sent, writer), caller), true);
        }
    }
}
