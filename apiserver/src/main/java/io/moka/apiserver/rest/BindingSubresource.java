package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.AdmissionRequest;
import io.moka.apiserver.admission.AdmissionRequest.Operation;
import io.moka.apiserver.admission.Caller;
import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.GroupVersionKind;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.rest.ObjectStorage.Change;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.status.Status;
import io.moka.apiserver.status.StatusCause;
import io.moka.machinery.meta.Times;
import java.util.List;

/// `pods/binding`: gives a pod to a node. The first who binds a pod wins.
final class BindingSubresource implements Subresource {
    private static final GroupVersionKind BINDING = new GroupVersionKind("", "v1", "Binding");

    private final Registry registry;
    private final ObjectStorage storage;
    private final ResourceType pods;

    BindingSubresource(Registry registry, ObjectStorage storage) {
        this.registry = registry;
        this.storage = storage;
        pods = registry.catalog().get("", "v1", "pods");
    }

    @Override
    public void handle(Exchange exchange, Target target) {
        if (!exchange.info().verb().equals("create")) {
            throw ResourceHandler.notAllowed();
        }
        ObjectNode binding = BodyDecoder.object(exchange);
        binding.put("kind", BINDING.kind()).put("apiVersion", BINDING.apiVersion());
        String name = target.name().isEmpty() ? Json.name(binding) : target.name();
        if (!Json.name(binding).equals(name)) {
            throw ApiException.badRequest("name in URL does not match name in Binding object");
        }
        Target pod = new Target(pods, target.namespace(), name, "");
        Caller caller = WriteOptions.caller(exchange);
        var request = new AdmissionRequest(Operation.CREATE, target.type(), target.subresource(), BINDING, target.namespace(), name, binding, null, caller);
        registry.admission().mutate(request);
        String node = Json.text(binding, "target", "name");
        requireNode(name, binding, node);
        registry.admission().validate(request);
        storage.update(pod, caller.dryRun(), current -> new Change.Write(bound(pod, current.object(), binding, node)));
        exchange.answer(201, new Status(201, "", "", null).toJson());
    }

    private static void requireNode(String name, ObjectNode binding, String node) {
        String kind = Json.text(binding, "target", "kind");
        if (!kind.isEmpty() && !kind.equals("Node")) {
            throw invalid(name, "target.kind", "Unsupported value: \"" + kind + "\": supported values: \"Node\", \"<empty>\"", "FieldValueNotSupported");
        }
        if (node.isEmpty()) {
            throw invalid(name, "target.name", "Required value", "FieldValueRequired");
        }
    }

    private static ApiException invalid(String name, String field, String message, String reason) {
        return ApiException.invalid("", "Binding", name, field + ": " + message, List.of(new StatusCause(reason, message, field)));
    }

    private ObjectNode bound(Target pod, ObjectNode current, ObjectNode binding, String node) {
        String uid = Json.uid(binding);
        if (!uid.isEmpty() && !uid.equals(Json.uid(current))) {
            throw pod.conflict("Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + Json.uid(current));
        }
        if (Deletion.marked(current)) {
            throw pod.conflict("pod " + pod.name() + " is being deleted, cannot be assigned to a host");
        }
        String present = Json.text(current, "spec", "nodeName");
        if (!present.isEmpty()) {
            throw pod.conflict("pod " + pod.name() + " is already assigned to node \"" + present + "\"");
        }
        if (!current.path("spec").path("schedulingGates").isEmpty()) {
            throw pod.conflict("pod " + pod.name() + " has non-empty .spec.schedulingGates");
        }
        ObjectNode updated = current.deepCopy();
        Json.child(updated, "spec").put("nodeName", node);
        for (String field : new String[] {"annotations", "labels"}) {
            binding.path("metadata").path(field).properties().forEach(entry -> Json.child(Json.metadata(updated), field).set(entry.getKey(), entry.getValue()));
        }
        markScheduled(updated);
        return updated;
    }

    private void markScheduled(ObjectNode pod) {
        ArrayNode conditions = Json.child(pod, "status").withArray("conditions");
        for (int i = 0; i < conditions.size(); i++) {
            JsonNode condition = conditions.get(i);
            if (Json.text(condition, "type").equals("PodScheduled")) {
                conditions.remove(i);
                break;
            }
        }
        conditions.addObject().put("type", "PodScheduled").put("status", "True")
                .putNull("lastProbeTime").put("lastTransitionTime", Times.format(registry.clock().instant()));
    }
}
