package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.access.Authorizer;
import io.moka.apiserver.core.access.Decision;
import io.moka.apiserver.core.admission.Caller;
import io.moka.apiserver.core.fieldmanager.FieldOwner;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.request.Forbidden;
import io.moka.apiserver.core.rest.UpdateVerb.Outcome;
import io.moka.apiserver.core.status.ApiException;
import java.util.List;

/// Serves a PATCH with an apply configuration: server-side apply. Creates the object when it does not exist.
public final class ApplyVerb {
    private static final String MEDIA_TYPE = "application/apply-patch+yaml";

    /// The number of attempts when other clients create and delete the object at the same time.
    private static final int CREATE_ATTEMPTS = 5;

    private final Intake intake;
    private final ObjectStorage storage;
    private final UpdateRules rules;
    private final Ownership ownership;
    private final CreateVerb createVerb;
    private final Authorizer authorizer;

    ApplyVerb(Intake intake, ObjectStorage storage, UpdateRules rules, Ownership ownership, CreateVerb createVerb, Authorizer authorizer) {
        this.intake = intake;
        this.storage = storage;
        this.rules = rules;
        this.ownership = ownership;
        this.createVerb = createVerb;
        this.authorizer = authorizer;
    }

    public static boolean isMeant(Exchange exchange) {
        return BodyDecoder.mediaType(exchange).equals(MEDIA_TYPE);
    }

    /// Returns the configuration to apply. Its duplicate fields have been reported, and the document no longer lists them.
    public static Document read(Exchange exchange) {
        Document document = document(exchange.body());
        try {
            FieldValidation.of(exchange).apply(exchange, document, List.of());
        } catch (UndecodableException twice) {
            throw ApiException.badRequest("error strict decoding YAML: error converting YAML to JSON: " + twice.detail().replaceFirst("strict decoding error: ", ""));
        }
        return Document.of(document.root());
    }

    /// Reads YAML. JSON is a subset of it that the JSON parser reads faster, so a body that looks like JSON is tried as JSON first.
    private static Document document(byte[] body) {
        if (body.length > 0 && body[0] == '{') {
            try {
                return BodyDecoder.json(body);
            } catch (ApiException noJson) {
                return yaml(body);
            }
        }
        return yaml(body);
    }

    private static Document yaml(byte[] body) {
        try {
            return BodyDecoder.yaml(body);
        } catch (ApiException malformed) {
            throw ApiException.badRequest("error decoding YAML: " + malformed.getMessage());
        }
    }

    Outcome apply(Exchange exchange, Target target) {
        FieldOwner applier = FieldOwners.applier(exchange, target);
        Document document = read(exchange);
        ObjectNode config = BodyDecoder.asObject(document.root());
        Caller caller = WriteOptions.caller(exchange);
        boolean force = exchange.query().flag("force");
        for (int attempt = 1; ; attempt++) {
            try {
                return new Outcome(storage.update(target, caller.dryRun(), current -> {
                    ObjectNode applied = ownership.applied(target.type(), current, config, applier, force);
                    intake.acceptPatched(exchange, target.type().gvk(), applied, document);
                    ownership.fields().settle(current.object(), applied);
                    return rules.apply(target, applied, current, caller);
                }), false);
            } catch (ApiException missing) {
                if (missing.code() != 404 || !target.subresource().isEmpty()) {
                    throw missing;
                }
            }
            try {
                return create(exchange, target, config, document, applier, caller);
            } catch (ApiException taken) {
                if (!taken.reason().equals("AlreadyExists") || attempt == CREATE_ATTEMPTS) {
                    throw taken;
                }
            }
        }
    }

    private Outcome create(Exchange exchange, Target target, ObjectNode config, Document document, FieldOwner applier, Caller caller) {
        requireAllowed(exchange);
        requireNothingExpected(target, config);
        ObjectNode object = ownership.appliedAnew(target.type(), config, applier);
        UpdateRules.requireName(target, object);
        intake.acceptPatched(exchange, target.type().gvk(), object, document);
        return new Outcome(createVerb.create(target, object, caller), true);
    }

    /// Patching a missing object creates it, so the caller also needs the `create` verb.
    private void requireAllowed(Exchange exchange) {
        var info = exchange.info();
        var attributes = new Attributes(exchange.user(), "create", info.group(), info.version(), info.resource(), "", info.namespace(), info.name(), true, info.path());
        switch (authorizer.authorize(attributes)) {
            case Decision.Allow ignored -> { }
            case Decision.Deny(String reason) -> throw Forbidden.answer(attributes, reason);
            case Decision.NoOpinion(String reason) -> throw Forbidden.answer(attributes, reason);
        }
    }

    private static void requireNothingExpected(Target target, ObjectNode config) {
        if (!Json.uid(config).isEmpty()) {
            throw target.conflict("Precondition failed: UID in precondition: " + Json.uid(config) + ", UID in object meta: ");
        }
        if (!Json.text(config, "metadata", "resourceVersion").isEmpty()) {
            throw target.modified();
        }
    }
}
