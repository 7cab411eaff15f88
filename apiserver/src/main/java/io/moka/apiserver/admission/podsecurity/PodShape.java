package io.moka.apiserver.admission.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The view of a pod or a pod template that the checks use.
///
/// @param containers all containers, in upstream's order: init, ordinary, ephemeral
record PodShape(JsonNode metadata, JsonNode spec, List<JsonNode> containers) {
    private static final String[] LISTS = {"initContainers", "containers", "ephemeralContainers"};

    static PodShape of(JsonNode podOrTemplate) {
        JsonNode spec = podOrTemplate.path("spec");
        List<JsonNode> containers = new ArrayList<>();
        for (String list : LISTS) {
            spec.path(list).forEach(containers::add);
        }
        return new PodShape(podOrTemplate.path("metadata"), spec, containers);
    }

    /// Returns the pod or pod template in an object of a kind; null when the kind has none.
    static @Nullable PodShape in(String qualifiedPlural, ObjectNode object) {
        JsonNode found = switch (qualifiedPlural) {
            case "pods" -> object;
            case "podtemplates" -> object.path("template");
            case "replicationcontrollers", "replicasets.apps", "deployments.apps", "statefulsets.apps", "daemonsets.apps", "jobs.batch" -> object.path("spec").path("template");
            case "cronjobs.batch" -> object.path("spec").path("jobTemplate").path("spec").path("template");
            default -> null;
        };
        return found == null || !found.isObject() ? null : of(found);
    }

    static JsonNode security(JsonNode podOrContainer) {
        return podOrContainer.path("securityContext");
    }

    /// Returns the names of the containers that fulfil the condition.
    List<String> names(Predicate<JsonNode> condition) {
        return containers.stream().filter(condition).map(container -> Json.text(container, "name")).toList();
    }

    boolean windows() {
        return Json.text(spec, "os", "name").equals("windows");
    }
}
