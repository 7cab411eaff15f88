package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.AdmissionRequest.Operation;
import io.moka.apiserver.core.admission.Caller;
import io.moka.apiserver.core.admission.Remarks;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.strategy.Strategy;
import io.moka.machinery.meta.Times;
import java.util.ArrayList;
import java.util.UUID;

/// Serves POST: creates an object.
final class CreateVerb {
    private static final int NAME_ATTEMPTS = 8;

    private final VerbContext context;
    private final Intake intake;
    private final ObjectStorage storage;
    private final Ownership ownership;

    CreateVerb(VerbContext context, Intake intake, ObjectStorage storage, Ownership ownership) {
        this.context = context;
        this.intake = intake;
        this.storage = storage;
        this.ownership = ownership;
    }

    byte[] create(Exchange exchange, Target target) {
        ObjectNode object = ownership.created(target.type(), intake.read(exchange, target.type().gvk()), FieldOwners.updater(exchange, target));
        return create(target, object, WriteOptions.caller(exchange));
    }

    /// Creates an object that has been decoded and whose field owner has been recorded.
    byte[] create(Target target, ObjectNode object, Caller caller) {
        requireNamespace(target, object);
        if (target.type().custom() != null && target.type().custom().terminating()) {
            throw ApiException.methodNotAllowed("create not allowed while custom resource definition is terminating");
        }
        if (!Json.text(object, "metadata", "resourceVersion").isEmpty()) {
            throw ApiException.badRequest("resourceVersion should not be set on objects to be created");
        }
        boolean generated = ObjectNames.toBeGenerated(object);
        for (int attempt = 1; ; attempt++) {
            try {
                return createOnce(target, generated ? object.deepCopy() : object, caller);
            } catch (ApiException taken) {
                if (!generated || attempt == NAME_ATTEMPTS || !taken.reason().equals("AlreadyExists")) {
                    throw taken;
                }
            }
        }
    }

    private static void requireNamespace(Target target, ObjectNode object) {
        String inBody = Json.namespace(object);
        if (!target.type().namespaced()) {
            Json.metadata(object).remove("namespace");
        } else if (inBody.isEmpty()) {
            Json.metadata(object).put("namespace", target.namespace());
        } else if (!inBody.equals(target.namespace())) {
            throw ApiException.badRequest("the namespace of the provided object does not match the namespace sent on the request");
        }
    }

    /// Makes one attempt with one name. Mutating admission sees the object before its name is generated, validating admission afterwards.
    private byte[] createOnce(Target asked, ObjectNode object, Caller caller) {
        ResourceType type = asked.type();
        var request = new AdmissionRequest(Operation.CREATE, type, "", type.gvk(), asked.namespace(), Json.name(object), object, null, caller);
        context.admission().mutate(request);
        requireNamespace(asked, object);
        if (!asked.name().isEmpty()) {
            UpdateRules.requireName(asked, object);
        }
        ObjectNames.generate(object);
        Target target = asked.named(Json.name(object));
        prepare(type, object);
        var causes = new ArrayList<>(intake.validate(type, object));
        causes.addAll(context.strategies().of(type).validateCreate(object));
        Intake.requireValid(type, target.name(), causes);
        context.warnings().ofNew(type.gvk(), object).forEach(Remarks::warn);
        context.admission().validate(request.named(target.name()));
        return storage.create(target, object, caller.dryRun());
    }

    private void prepare(ResourceType type, ObjectNode object) {
        Strategy strategy = context.strategies().of(type);
        ObjectNode metadata = Json.metadata(object);
        metadata.remove("deletionTimestamp");
        metadata.remove("deletionGracePeriodSeconds");
        metadata.remove("selfLink");
        metadata.remove("generation");
        if (strategy.hasGeneration()) {
            metadata.put("generation", 1);
        }
        metadata.put("uid", UUID.randomUUID().toString());
        metadata.put("creationTimestamp", Times.format(context.clock().instant()));
        if (type.hasStatus() && !strategy.keepsFirstStatus()) {
            object.remove("status");
            if (type.custom() == null) {
                object.putObject("status");
            }
        }
        strategy.prepareForCreate(object);
    }
}
