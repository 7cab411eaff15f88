package io.moka.apiserver.kinds.subresource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.AdmissionRequest.Operation;
import io.moka.apiserver.core.admission.Caller;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.rest.Answers;
import io.moka.apiserver.core.rest.BodyDecoder;
import io.moka.apiserver.core.rest.Deletion;
import io.moka.apiserver.core.rest.ObjectStorage;
import io.moka.apiserver.core.rest.ObjectStorage.Change;
import io.moka.apiserver.core.rest.ResourceHandler;
import io.moka.apiserver.core.rest.Target;
import io.moka.apiserver.core.rest.TargetHandler;
import io.moka.apiserver.core.rest.VerbContext;
import io.moka.apiserver.core.rest.WriteOptions;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.Status;
import io.moka.apiserver.core.status.StatusCause;
import io.moka.machinery.meta.Times;
import java.util.List;

/// Serves `pods/binding`: assigns a pod to a node. A pod that has a node cannot be bound again.
final class BindingSubresource implements TargetHandler {
    private static final GroupVersionKind BINDING = new GroupVersionKind("", "v1", "Binding");

    private final VerbContext context;
    private final ObjectStorage storage;
    private final ResourceType pods;

    BindingSubresource(VerbContext context, ObjectStorage storage) {
        this.context = context;
        this.storage = storage;
        pods = context.catalog().get("", "v1", "pods");
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
        context.admission().mutate(request);
        String node = Json.text(binding, "target", "name");
        requireNode(name, binding, node);
        context.admission().validate(request);
        storage.update(pod, caller.dryRun(), current -> new Change.Write(bound(pod, current.object(), binding, node)));
        Answers.whole(exchange, 201, new Status(201, "", "", null).toJson());
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
                .putNull("lastProbeTime").put("lastTransitionTime", Times.format(context.clock().instant()));
    }
}
