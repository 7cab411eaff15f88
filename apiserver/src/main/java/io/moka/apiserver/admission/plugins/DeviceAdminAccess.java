package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.AdmissionRequest.Operation;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.StatusCause;
import io.moka.apiserver.core.storage.Caches;
import java.util.List;

/// Allows administrative access to devices in use by others only in namespaces whose label permits it.
public final class DeviceAdminAccess implements AdmissionPlugin {
    private static final String LABEL = "resource.kubernetes.io/admin-access";
    private static final String WHY = "admin access to devices requires the `" + LABEL + ": true` label on the containing namespace";

    private final Caches caches;
    private final ResourceType namespaces;

    public DeviceAdminAccess(Caches caches, Catalog catalog) {
        this.caches = caches;
        namespaces = catalog.get("", "v1", "namespaces");
    }

    @Override
    public void validate(AdmissionRequest request) {
        boolean claim = request.type().group().equals("resource.k8s.io") && List.of("resourceclaims", "resourceclaimtemplates").contains(request.type().plural());
        if (!claim || request.operation() != Operation.CREATE || !request.subresource().isEmpty()) {
            return;
        }
        String path = request.type().plural().equals("resourceclaims") ? "spec.devices.requests" : "spec.spec.devices.requests";
        JsonNode requests = request.newObject().at("/" + path.replace('.', '/'));
        for (int i = 0; i < requests.size(); i++) {
            if (requests.get(i).path("exactly").path("adminAccess").asBoolean() && !allowed(request.namespace())) {
                throw refusal(request, path + "[" + i + "].exactly.adminAccess");
            }
        }
    }

    private boolean allowed(String namespace) {
        JsonNode object = caches.get(namespaces, "", namespace);
        return object != null && Json.text(object, "metadata", "labels", LABEL).equals("true");
    }

    private static ApiException refusal(AdmissionRequest request, String field) {
        ResourceType type = request.type();
        return ApiException.invalid(type.group(), type.kind(), request.name(), field + ": Forbidden: " + WHY, List.of(new StatusCause("FieldValueForbidden", "Forbidden: " + WHY, field)));
    }
}
