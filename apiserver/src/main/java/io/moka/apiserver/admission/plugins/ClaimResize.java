package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.AdmissionRequest.Operation;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.storage.Caches;
import io.moka.machinery.meta.Quantity;
import org.jspecify.annotations.Nullable;

/// Allows a claim to grow only if it is bound and its storage class supports expansion. Upstream's PersistentVolumeClaimResize.
public final class ClaimResize implements AdmissionPlugin {
    private final Caches caches;
    private final ResourceType classes;

    public ClaimResize(Caches caches, Catalog catalog) {
        this.caches = caches;
        classes = catalog.get("storage.k8s.io", "v1", "storageclasses");
    }

    @Override
    public void validate(AdmissionRequest request) {
        ObjectNode before = request.oldObject();
        if (request.operation() != Operation.UPDATE || !request.isCore("persistentvolumeclaims") || !request.subresource().isEmpty() || before == null) {
            return;
        }
        if (!grows(before, request.newObject())) {
            return;
        }
        if (!Json.text(before, "status", "phase").equals("Bound")) {
            throw PluginRefusal.because(request, "Only bound persistent volume claims can be expanded");
        }
        String storageClass = className(request.newObject());
        if (!storageClass.equals(className(before)) || !mayGrow(storageClass)) {
            throw PluginRefusal.because(request, "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize");
        }
    }

    private static boolean grows(ObjectNode before, ObjectNode after) {
        Quantity old = size(before);
        Quantity updated = size(after);
        return old != null && updated != null && updated.compareTo(old) > 0;
    }

    private static @Nullable Quantity size(ObjectNode claim) {
        String text = Json.text(claim, "spec", "resources", "requests", "storage");
        return text.isEmpty() ? null : Quantity.parse(text);
    }

    private static String className(ObjectNode claim) {
        String annotated = Json.text(claim, "metadata", "annotations", "volume.beta.kubernetes.io/storage-class");
        return annotated.isEmpty() ? Json.text(claim, "spec", "storageClassName") : annotated;
    }

    private boolean mayGrow(String storageClass) {
        ObjectNode found = storageClass.isEmpty() ? null : caches.get(classes, "", storageClass);
        return found != null && found.path("allowVolumeExpansion").asBoolean();
    }
}
