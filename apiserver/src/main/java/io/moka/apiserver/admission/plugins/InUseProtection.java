package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;

/// Adds a finalizer to volumes and claims, which a controller removes when they are no longer used. Upstream's StorageObjectInUseProtection.
public final class InUseProtection implements AdmissionPlugin {

    @Override
    public void mutate(AdmissionRequest request) {
        if (request.creates("persistentvolumeclaims")) {
            add(request, "kubernetes.io/pvc-protection");
        } else if (request.creates("persistentvolumes")) {
            add(request, "kubernetes.io/pv-protection");
        }
    }

    private static void add(AdmissionRequest request, String finalizer) {
        ArrayNode finalizers = Json.metadata(request.newObject()).withArray("finalizers");
        for (JsonNode known : finalizers) {
            if (known.asText().equals(finalizer)) {
                return;
            }
        }
        finalizers.add(finalizer);
    }
}
