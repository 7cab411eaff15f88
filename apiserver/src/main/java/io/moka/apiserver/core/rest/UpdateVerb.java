package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.Caller;
import io.moka.apiserver.core.fieldmanager.FieldOwner;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.status.ApiException;

/// Serves PUT: replaces an object.
final class UpdateVerb {
    private final VerbContext context;
    private final Intake intake;
    private final ObjectStorage storage;
    private final UpdateRules rules;
    private final CreateVerb createVerb;
    private final Ownership ownership;

    UpdateVerb(VerbContext context, Intake intake, ObjectStorage storage, UpdateRules rules, CreateVerb createVerb, Ownership ownership) {
        this.context = context;
        this.intake = intake;
        this.storage = storage;
        this.rules = rules;
        this.createVerb = createVerb;
        this.ownership = ownership;
    }

    /// @param created whether the PUT created the object, so that the answer's code is 201
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
            boolean mayCreate = missing.code() == 404 && target.subresource().isEmpty() && context.strategies().of(target.type()).createsOnUpdate()
                    && Json.text(sent, "metadata", "resourceVersion").isEmpty();
            if (!mayCreate) {
                throw missing;
            }
            return new Outcome(createVerb.create(target, ownership.created(target.type(), sent, writer), caller), true);
        }
    }
}
