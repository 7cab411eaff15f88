package io.moka.apiserver.kinds.subresource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.AdmissionRequest.Operation;
import io.moka.apiserver.core.admission.Caller;
import io.moka.apiserver.core.fieldmanager.Configuration;
import io.moka.apiserver.core.fieldmanager.FieldOwner;
import io.moka.apiserver.core.fieldmanager.ScaleOwners;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.rest.Answers;
import io.moka.apiserver.core.rest.ApplyVerb;
import io.moka.apiserver.core.rest.BodyDecoder;
import io.moka.apiserver.core.rest.Document;
import io.moka.apiserver.core.rest.FieldOwners;
import io.moka.apiserver.core.rest.Intake;
import io.moka.apiserver.core.rest.ObjectStorage;
import io.moka.apiserver.core.rest.ObjectStorage.Change;
import io.moka.apiserver.core.rest.Ownership;
import io.moka.apiserver.core.rest.PatchVerb;
import io.moka.apiserver.core.rest.ResourceHandler;
import io.moka.apiserver.core.rest.StoredForms;
import io.moka.apiserver.core.rest.Target;
import io.moka.apiserver.core.rest.TargetHandler;
import io.moka.apiserver.core.rest.UpdateRules;
import io.moka.apiserver.core.rest.VerbContext;
import io.moka.apiserver.core.rest.Verbs;
import io.moka.apiserver.core.rest.Versioned;
import io.moka.apiserver.core.rest.WriteOptions;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.StatusCause;
import java.util.List;
import java.util.function.Supplier;

/// Serves `scale`: the number of replicas of any scalable object, as an `autoscaling/v1 Scale`.
final class ScaleSubresource implements TargetHandler {
    private static final GroupVersionKind SCALE = new GroupVersionKind("autoscaling", "v1", "Scale");

    private final VerbContext context;
    private final Answers answers;
    private final ObjectStorage storage;
    private final UpdateRules rules;
    private final Intake intake;
    private final Ownership ownership;

    ScaleSubresource(VerbContext context, Verbs verbs) {
        this.context = context;
        answers = verbs.answers();
        storage = verbs.storage();
        rules = verbs.rules();
        intake = verbs.intake();
        ownership = verbs.ownership();
    }

    @Override
    public void handle(Exchange exchange, Target target) {
        switch (exchange.info().verb()) {
            case "get" -> answers.part(exchange, SCALE, read(target));
            case "update" -> {
                ObjectNode sent = intake.read(exchange, SCALE);
                answers.part(exchange, SCALE, write(exchange, target, current -> sent));
            }
            case "patch" -> {
                if (ApplyVerb.isMeant(exchange)) {
                    answers.part(exchange, SCALE, apply(exchange, target));
                    return;
                }
                PatchVerb.Patch patch = PatchVerb.Patch.read(exchange);
                answers.part(exchange, SCALE, write(exchange, target, current -> {
                    ObjectNode patched = patch.applyTo(scale(target.type(), current), intake.schema(SCALE));
                    intake.acceptPatched(exchange, SCALE, patched, patch.document());
                    return patched;
                }));
            }
            default -> throw ResourceHandler.notAllowed();
        }
    }

    private ObjectNode read(Target target) {
        context.caches().awaitFresh();
        ObjectNode found = context.caches().get(target.type(), target.namespace(), target.name());
        if (found == null) {
            throw target.notFound();
        }
        return scale(target.type(), StoredForms.show(target.type(), found));
    }

    private interface Wanted {
        ObjectNode scale(ObjectNode current);
    }

    private ObjectNode write(Exchange exchange, Target target, Wanted wanted) {
        FieldOwner writer = FieldOwners.updater(exchange, target);
        Caller caller = WriteOptions.caller(exchange);
        Target whole = new Target(target.type(), target.namespace(), target.name(), "");
        byte[] written = storage.update(whole, caller.dryRun(), current -> {
            ObjectNode scale = wanted.scale(current.object()).deepCopy();
            UpdateRules.requireName(target, scale);
            String version = Json.text(scale, "metadata", "resourceVersion");
            if (!version.isEmpty() && !version.equals(Long.toString(current.revision()))) {
                throw target.modified();
            }
            return admitted(target, scale, current, caller, () -> {
                ObjectNode updated = current.object().deepCopy();
                ScaleFields.of(target.type()).setReplicas(updated, replicas(target, scale));
                ownership.updated(target.type(), updated, current, writer);
                return rules.settle(whole, updated, current);
            });
        });
        return scale(target.type(), Json.read(written));
    }

    /// Runs admission with the Scale before and after the change, instead of the whole object.
    private Change admitted(Target target, ObjectNode scale, Versioned current, Caller caller, Supplier<Change> change) {
        var request = new AdmissionRequest(Operation.UPDATE, target.type(), target.subresource(), SCALE, target.namespace(), target.name(),
                scale, scale(target.type(), current.object()), caller);
        context.admission().mutate(request);
        Change decided = change.get();
        context.admission().validate(request);
        return decided;
    }

    /// Applies the number of replicas to the object itself, with this subresource as the field owner's.
    private ObjectNode apply(Exchange exchange, Target target) {
        FieldOwner applier = FieldOwners.applier(exchange, target);
        Document document = ApplyVerb.read(exchange);
        ObjectNode config = BodyDecoder.asObject(document.root());
        Caller caller = WriteOptions.caller(exchange);
        Configuration.check(intake.schema(SCALE), config);
        Target whole = new Target(target.type(), target.namespace(), target.name(), "");
        byte[] written = storage.update(whole, caller.dryRun(), current -> {
            ObjectNode part = config.objectNode().put("kind", target.type().kind()).put("apiVersion", target.type().groupVersion());
            part.set("metadata", config.path("metadata").deepCopy());
            if (config.path("spec").has("replicas")) {
                ScaleFields.of(target.type()).setReplicas(part, replicas(target, config));
            }
            ObjectNode applied = ownership.applied(target.type(), current, part, applier, exchange.query().flag("force"));
            intake.acceptPatched(exchange, target.type().gvk(), applied, document);
            ownership.fields().settle(current.object(), applied);
            ObjectNode scale = scale(target.type(), applied);
            return admitted(target, scale, current, caller, () -> {
                ScaleFields.of(target.type()).setReplicas(applied, replicas(target, scale));
                return rules.settle(whole, applied, current);
            });
        });
        return scale(target.type(), Json.read(written));
    }

    private static int replicas(Target target, ObjectNode scale) {
        int replicas = scale.path("spec").path("replicas").asInt(0);
        if (replicas < 0) {
            String message = "Invalid value: " + replicas + ": must be greater than or equal to 0";
            throw ApiException.invalid("autoscaling", "Scale", target.name(), "spec.replicas: " + message,
                    List.of(new StatusCause("FieldValueInvalid", message, "spec.replicas")));
        }
        return replicas;
    }

    private static ObjectNode scale(ResourceType type, ObjectNode object) {
        ScaleFields fields = ScaleFields.of(type);
        ObjectNode scale = Json.object().put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        ObjectNode metadata = scale.putObject("metadata");
        for (String field : new String[] {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
            JsonNode value = object.path("metadata").get(field);
            if (value != null) {
                metadata.set(field, value);
            }
        }
        ArrayNode owners = ScaleOwners.of(object);
        if (!owners.isEmpty()) {
            metadata.set("managedFields", owners);
        }
        scale.putObject("spec").put("replicas", fields.specReplicas(object));
        scale.putObject("status").put("replicas", fields.statusReplicas(object)).put("selector", fields.selector(object));
        return scale;
    }
}
