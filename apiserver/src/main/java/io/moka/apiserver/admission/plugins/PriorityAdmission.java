package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.framework.NamespacedObjects;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.Caches;
import org.jspecify.annotations.Nullable;

/// Sets a pod's priority from its priority class.
public final class PriorityAdmission implements AdmissionPlugin {
    private final Caches caches;
    private final ResourceType classes;
    private final NamespacedObjects all;

    public PriorityAdmission(Caches caches, Catalog catalog) {
        this.caches = caches;
        classes = catalog.get("scheduling.k8s.io", "v1", "priorityclasses");
        all = new NamespacedObjects(caches, classes);
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (!request.creates("pods")) {
            return;
        }
        ObjectNode spec = Json.child(request.newObject(), "spec");
        String name = Json.text(spec, "priorityClassName");
        ObjectNode chosen = name.isEmpty() ? globalDefault() : find(request, name);
        int priority = chosen == null ? 0 : chosen.path("value").asInt();
        if (spec.path("priority").isNumber() && spec.path("priority").asInt() != priority) {
            throw ApiException.forbidden("", "pods", request.nameToTell(), "the integer value of priority (" + spec.path("priority").asInt()
                    + ") must not be provided in pod spec; priority admission controller computed " + priority + " from the given PriorityClass name");
        }
        spec.put("priority", priority);
        if (chosen != null) {
            spec.put("priorityClassName", Json.name(chosen));
        }
        if (Json.text(spec, "preemptionPolicy").isEmpty()) {
            String policy = chosen == null ? "" : Json.text(chosen, "preemptionPolicy");
            spec.put("preemptionPolicy", policy.isEmpty() ? "PreemptLowerPriority" : policy);
        }
    }

    private ObjectNode find(AdmissionRequest request, String name) {
        ObjectNode found = caches.get(classes, "", name);
        if (found == null) {
            caches.awaitFresh();
            found = caches.get(classes, "", name);
        }
        if (found == null) {
            throw ApiException.forbidden("", "pods", request.nameToTell(), "no PriorityClass with name " + name + " was found");
        }
        return found;
    }

    private @Nullable ObjectNode globalDefault() {
        ObjectNode best = null;
        for (ObjectNode candidate : all.in("")) {
            if (candidate.path("globalDefault").asBoolean() && (best == null || candidate.path("value").asInt() < best.path("value").asInt())) {
                best = candidate;
            }
        }
        return best;
    }
}
