package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.AdmissionRequest.Operation;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.storage.CachedObject;
import io.moka.apiserver.core.storage.Caches;
import java.util.List;

/// Copies a node's zone and region labels to pods that are bound to it, so that their containers can read them through the downward API.
public final class PodTopologyLabels implements AdmissionPlugin {
    private static final List<String> LABELS = List.of("topology.kubernetes.io/zone", "topology.kubernetes.io/region");

    private final Caches caches;
    private final ResourceType nodes;

    public PodTopologyLabels(Caches caches, Catalog catalog) {
        this.caches = caches;
        nodes = catalog.get("", "v1", "nodes");
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (request.operation() != Operation.CREATE) {
            return;
        }
        if (request.isCore("bindings") || request.isCore("pods") && request.subresource().equals("binding")) {
            label(request.newObject(), Json.text(request.newObject(), "target", "name"));
        } else if (request.creates("pods")) {
            label(request.newObject(), Json.text(request.newObject(), "spec", "nodeName"));
        }
    }

    private void label(ObjectNode podOrBinding, String nodeName) {
        CachedObject node = nodeName.isEmpty() ? null : caches.of(nodes).get(nodeName);
        if (node != null) {
            for (String label : LABELS) {
                String value = node.labels().get(label);
                if (value != null) {
                    Json.child(Json.metadata(podOrBinding), "labels").put(label, value);
                }
            }
        }
    }
}
