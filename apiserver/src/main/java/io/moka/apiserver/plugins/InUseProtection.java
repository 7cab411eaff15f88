package io.moka.apiserver.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.moka.apiserver.admission.AdmissionPlugin;
import io.moka.apiserver.admission.AdmissionRequest;
import io.moka.apiserver.json.Json;

/// Volumes and claims get a finalizer, which a controller takes away when nobody uses them any more. Upstream's StorageObjectInUseProtection.
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
