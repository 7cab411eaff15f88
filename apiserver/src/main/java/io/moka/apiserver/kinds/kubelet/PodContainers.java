package io.moka.apiserver.kinds.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.status.ApiException;
import java.util.ArrayList;
import java.util.List;

/// Chooses the container of a pod that a request refers to.
final class PodContainers {
    private PodContainers() {}

    /// @param wanted the container's name; empty when the request names none, which is valid if the pod has only one
    static String choose(ObjectNode pod, String wanted) {
        List<String> containers = names(pod, "containers");
        List<String> initContainers = names(pod, "initContainers");
        List<String> ephemeral = names(pod, "ephemeralContainers");
        if (!wanted.isEmpty()) {
            if (containers.contains(wanted) || initContainers.contains(wanted) || ephemeral.contains(wanted)) {
                return wanted;
            }
            throw ApiException.badRequest("container " + wanted + " is not valid for pod " + Json.name(pod));
        }
        if (containers.size() == 1) {
            return containers.getFirst();
        }
        String inits = initContainers.isEmpty() ? "" : " or one of the init containers: " + spaced(initContainers);
        throw ApiException.badRequest("a container name must be specified for pod " + Json.name(pod) + ", choose one of: " + spaced(containers) + inits);
    }

    private static String spaced(List<String> names) {
        return "[" + String.join(" ", names) + "]";
    }

    private static List<String> names(ObjectNode pod, String list) {
        List<String> names = new ArrayList<>();
        for (JsonNode container : pod.path("spec").path(list)) {
            names.add(Json.text(container, "name"));
        }
        return names;
    }
}
