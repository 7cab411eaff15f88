package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.AdmissionRequest.Operation;
import io.moka.apiserver.core.admission.Caller;
import io.moka.apiserver.core.admission.Remarks;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.rest.ObjectStorage.Change;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.strategy.Strategy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The steps of every update, PUT or PATCH, of the object or a subresource: preconditions, admission, preparation and validation.
public final class UpdateRules {
    private static final String[] KEPT = {"uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"};
    private static final Set<String> NO_WISHES = Set.of("metadata", "kind", "apiVersion");

    private final VerbContext context;
    private final Intake intake;

    UpdateRules(VerbContext context, Intake intake) {
        this.context = context;
        this.intake = intake;
    }

    /// Turns the object that a client sent into the change to write.
    ///
    /// @param updated the decoded object; is modified in place
    Change apply(Target target, ObjectNode updated, Versioned current, Caller caller) {
        requireSameObject(target, updated, current);
        var request = new AdmissionRequest(Operation.UPDATE, target.type(), target.subresource(), target.type().gvk(), target.namespace(), target.name(),
                updated, current.object(), caller);
        context.admission().mutate(request);
        Change change = settle(target, updated, current);
        context.admission().validate(request);
        return change;
    }

    /// Does the same without admission, for a change that admission sees in another form, such as a Scale.
    public Change settle(Target target, ObjectNode updated, Versioned current) {
        requireSameObject(target, updated, current);
        Strategy strategy = context.strategies().of(target.type());
        keepSystemFields(updated, current.object());
        if (target.subresource().equals("status")) {
            onlyStatus(updated, current.object());
            strategy.prepareForStatusUpdate(updated, current.object());
        } else if (target.subresource().equals("approval")) {
            onlyStatus(updated, current.object());
            strategy.prepareForApproval(updated, current.object());
        } else if (PodPart.isPart(target.subresource())) {
            PodPart.of(target.subresource()).keepRest(updated, current.object());
        } else {
            withoutStatus(target, updated, current.object());
            strategy.prepareForUpdate(updated, current.object());
        }
        countGeneration(target, strategy, updated, current.object());
        var causes = new ArrayList<>(intake.validateUpdate(target.type(), updated, current.object(), target.subresource()));
        causes.addAll(target.subresource().equals("status") ? strategy.validateStatusUpdate(updated, current.object()) : strategy.validateUpdate(updated, current.object()));
        Intake.requireValid(target.type(), target.name(), causes);
        if (target.subresource().isEmpty()) {
            context.warnings().ofChanged(target.type().gvk(), updated, current.object()).forEach(Remarks::warn);
        }
        return Deletion.finished(strategy, updated) && target.subresource().isEmpty() ? new Change.Remove(updated) : new Change.Write(updated);
    }

    private void requireSameObject(Target target, ObjectNode updated, Versioned current) {
        requireName(target, updated);
        String version = Json.text(updated, "metadata", "resourceVersion");
        if (version.isEmpty() || version.equals("0")) {
            requireUnconditionalAllowed(target);
        } else if (!version.equals(Long.toString(current.revision()))) {
            throw target.modified();
        }
        String uid = Json.uid(updated);
        if (!uid.isEmpty() && !uid.equals(Json.uid(current.object()))) {
            throw target.conflict("Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + Json.uid(current.object()));
        }
    }

    private void requireUnconditionalAllowed(Target target) {
        if (!context.strategies().of(target.type()).updatesUnconditionally()) {
            // upstream names the resource here, not its kind
            throw ApiException.invalid(target.type().group(), target.type().plural(), target.name(),
                    "metadata.resourceVersion: Invalid value: 0: must be specified for an update",
                    java.util.List.of(new io.moka.apiserver.core.status.StatusCause("FieldValueInvalid", "Invalid value: 0: must be specified for an update", "metadata.resourceVersion")));
        }
    }

    public static void requireName(Target target, ObjectNode updated) {
        String name = Json.name(updated);
        if (name.isEmpty()) {
            throw ApiException.badRequest("name must be provided");
        }
        if (!name.equals(target.name())) {
            throw ApiException.badRequest("the name of the object (" + name + ") does not match the name on the URL (" + target.name() + ")");
        }
        String namespace = Json.namespace(updated);
        if (!target.type().namespaced()) {
            Json.metadata(updated).remove("namespace");
        } else if (namespace.isEmpty()) {
            Json.metadata(updated).put("namespace", target.namespace());
        } else if (!namespace.equals(target.namespace())) {
            throw ApiException.badRequest("the namespace of the object (" + namespace + ") does not match the namespace on the URL (" + target.namespace() + ")");
        }
    }

    private static void keepSystemFields(ObjectNode updated, ObjectNode current) {
        ObjectNode metadata = Json.metadata(updated);
        for (String field : KEPT) {
            JsonNode was = current.path("metadata").get(field);
            if (was == null) {
                metadata.remove(field);
            } else {
                metadata.set(field, was);
            }
        }
    }

    private static void onlyStatus(ObjectNode updated, ObjectNode current) {
        for (String field : fields(updated, current)) {
            if (!field.equals("status") && !field.equals("metadata")) {
                keep(updated, current, field);
            }
        }
    }

    private static void withoutStatus(Target target, ObjectNode updated, ObjectNode current) {
        if (target.type().hasStatus()) {
            keep(updated, current, "status");
        }
    }

    private static void keep(ObjectNode updated, ObjectNode current, String field) {
        JsonNode was = current.get(field);
        if (was == null) {
            updated.remove(field);
        } else {
            updated.set(field, was);
        }
    }

    private static Set<String> fields(ObjectNode updated, ObjectNode current) {
        Set<String> fields = new HashSet<>();
        for (Map.Entry<String, JsonNode> field : updated.properties()) {
            fields.add(field.getKey());
        }
        for (Map.Entry<String, JsonNode> field : current.properties()) {
            fields.add(field.getKey());
        }
        return fields;
    }

    /// Increments the generation when the desired state changes, which is everything but status and most of the metadata.
    private static void countGeneration(Target target, Strategy strategy, ObjectNode updated, ObjectNode current) {
        if (!strategy.hasGeneration()) {
            return;
        }
        boolean metadata = target.subresource().isEmpty() && differ(strategy.countedMetadata(), updated.path("metadata"), current.path("metadata"));
        if (metadata || differ(wishes(target.type(), updated, current), updated, current)) {
            Json.metadata(updated).put("generation", current.path("metadata").path("generation").asLong() + 1);
        }
    }

    private static Set<String> wishes(ResourceType type, ObjectNode updated, ObjectNode current) {
        Set<String> wishes = fields(updated, current);
        wishes.removeAll(NO_WISHES);
        if (type.custom() == null || type.hasStatus()) {
            wishes.remove("status");
        }
        return wishes;
    }

    private static boolean differ(Collection<String> fields, JsonNode updated, JsonNode current) {
        for (String field : fields) {
            if (!updated.path(field).equals(current.path(field))) {
                return true;
            }
        }
        return false;
    }
}
