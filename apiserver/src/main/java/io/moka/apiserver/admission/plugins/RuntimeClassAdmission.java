package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.storage.Caches;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Applies the overhead, node selector and tolerations of a pod's runtime class; refuses pods whose class does not exist.
public final class RuntimeClassAdmission implements AdmissionPlugin {
    private final Caches caches;
    private final ResourceType classes;

    public RuntimeClassAdmission(Caches caches, Catalog catalog) {
        this.caches = caches;
        classes = catalog.get("node.k8s.io", "v1", "runtimeclasses");
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (!request.creates("pods")) {
            return;
        }
        ObjectNode runtimeClass = classOf(request);
        if (runtimeClass != null) {
            ObjectNode spec = Json.child(request.newObject(), "spec");
            setOverhead(request, runtimeClass.path("overhead").path("podFixed"), spec);
            addNodeSelector(request, runtimeClass.path("scheduling").path("nodeSelector"), spec);
            addTolerations(runtimeClass.path("scheduling").path("tolerations"), spec);
        }
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (!request.creates("pods")) {
            return;
        }
        JsonNode overhead = request.newObject().path("spec").path("overhead");
        ObjectNode runtimeClass = classOf(request);
        JsonNode defined = runtimeClass == null ? Json.object() : runtimeClass.path("overhead").path("podFixed");
        if (defined.isEmpty() && !overhead.isEmpty()) {
            throw PluginRefusal.because(request, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
        }
        if (!defined.isEmpty() && !defined.equals(overhead)) {
            throw mismatch(request);
        }
    }

    private static RuntimeException mismatch(AdmissionRequest request) {
        return PluginRefusal.because(request, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
    }

    private @Nullable ObjectNode classOf(AdmissionRequest request) {
        String name = Json.text(request.newObject(), "spec", "runtimeClassName");
        if (name.isEmpty()) {
            return null;
        }
        ObjectNode found = caches.get(classes, "", name);
        if (found == null) {
            caches.awaitFresh();
            found = caches.get(classes, "", name);
        }
        if (found == null) {
            throw PluginRefusal.because(request, "pod rejected: RuntimeClass \"" + name + "\" not found");
        }
        return found;
    }

    private static void setOverhead(AdmissionRequest request, JsonNode overhead, ObjectNode spec) {
        if (overhead.isEmpty()) {
            return;
        }
        if (!spec.path("overhead").isEmpty() && !spec.path("overhead").equals(overhead)) {
            throw mismatch(request);
        }
        spec.set("overhead", overhead.deepCopy());
    }

    private static void addNodeSelector(AdmissionRequest request, JsonNode wanted, ObjectNode spec) {
        for (Map.Entry<String, JsonNode> label : wanted.properties()) {
            JsonNode own = spec.path("nodeSelector").get(label.getKey());
            if (own != null && !own.equals(label.getValue())) {
                throw PluginRefusal.because(request, "conflict: runtimeClass.scheduling.nodeSelector[" + label.getKey() + "] = " + label.getValue().asText()
                        + "; pod.spec.nodeSelector[" + label.getKey() + "] = " + own.asText());
            }
            Json.child(spec, "nodeSelector").set(label.getKey(), label.getValue());
        }
    }

    private static void addTolerations(JsonNode wanted, ObjectNode spec) {
        for (JsonNode toleration : wanted) {
            ArrayNode own = spec.withArray("tolerations");
            boolean known = false;
            for (JsonNode other : own) {
                known |= other.equals(toleration);
            }
            if (!known) {
                own.add(toleration.deepCopy());
            }
        }
    }
}
