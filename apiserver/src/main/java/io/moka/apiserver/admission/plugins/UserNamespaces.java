package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.AdmissionRequest.Operation;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.StatusCause;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Refuses pods, and pod templates, with `hostUsers: false`: the kubelet gives pods no user namespace, so the field's promise would not be kept.
/// Existing objects may still be changed in other fields.
public final class UserNamespaces implements AdmissionPlugin {
    private static final String WHY = "Invalid value: false: user namespaces are not supported";

    @Override
    public void validate(AdmissionRequest request) {
        boolean written = request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
        if (!written || !request.subresource().isEmpty() || request.object() == null) {
            return;
        }
        String path = path(request.type().qualifiedPlural());
        if (!path.isEmpty() && wanted(request.newObject(), path) && !wanted(request.oldObject(), path)) {
            String field = path + ".hostUsers";
            throw ApiException.invalid(request.type().group(), request.type().kind(), request.name(), field + ": " + WHY, List.of(new StatusCause("FieldValueInvalid", WHY, field)));
        }
    }

    /// Returns the path of the pod spec in objects of a kind; empty when it has none.
    private static String path(String qualifiedPlural) {
        return switch (qualifiedPlural) {
            case "pods" -> "spec";
            case "podtemplates" -> "template.spec";
            case "replicationcontrollers", "replicasets.apps", "deployments.apps", "statefulsets.apps", "daemonsets.apps", "jobs.batch" -> "spec.template.spec";
            case "cronjobs.batch" -> "spec.jobTemplate.spec.template.spec";
            default -> "";
        };
    }

    private static boolean wanted(@Nullable ObjectNode object, String path) {
        JsonNode spec = object == null ? Json.object() : object;
        for (String step : path.split("\\.")) {
            spec = spec.path(step);
        }
        JsonNode hostUsers = spec.path("hostUsers");
        return hostUsers.isBoolean() && !hostUsers.booleanValue();
    }
}
