package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/// Defaults of pods and their templates that depend on other fields.
final class PodDefaults {

    private PodDefaults() {
    }

    /// What holds in a pod only, not in a template: a limit without a request is a request too, and on the node's network ports are the node's.
    static void pod(ObjectNode pod) {
        ObjectNode spec = Json.objectOrNull(pod, "spec");
        if (spec == null) {
            return;
        }
        if (!Json.has(spec, "enableServiceLinks")) {
            spec.put("enableServiceLinks", true);
        }
        if (Json.flag(spec, "hostNetwork")) {
            Json.list(spec, "containers").forEach(PodDefaults::hostPorts);
            Json.list(spec, "initContainers").forEach(PodDefaults::hostPorts);
        }
        for (String list : List.of("containers", "initContainers")) {
            for (JsonNode container : Json.list(spec, list)) {
                ObjectNode resources = Json.objectOrNull(container, "resources");
                if (resources != null) {
                    requestsFromLimits(resources);
                }
            }
        }
    }

    private static void requestsFromLimits(ObjectNode resources) {
        for (Map.Entry<String, JsonNode> limit : Json.entries(resources, "limits")) {
            ObjectNode requests = resources.withObject("requests");
            if (!requests.has(limit.getKey())) {
                requests.set(limit.getKey(), limit.getValue());
            }
        }
    }

    static void podSpec(ObjectNode spec) {
        String account = Json.text(spec, "serviceAccountName");
        String deprecatedAccount = Json.text(spec, "serviceAccount");
        if (!account.isEmpty()) {
            spec.put("serviceAccount", account);
        } else if (!deprecatedAccount.isEmpty()) {
            spec.put("serviceAccountName", deprecatedAccount);
        }
    }

    private static void hostPorts(JsonNode container) {
        for (JsonNode port : Json.list(container, "ports")) {
            if (Json.number(port, "hostPort", 0) == 0 && port instanceof ObjectNode object && port.has("containerPort")) {
                object.set("hostPort", port.get("containerPort"));
            }
        }
    }

    static void container(ObjectNode container) {
        if (!Json.has(container, "imagePullPolicy")) {
            container.put("imagePullPolicy", isLatest(Json.text(container, "image")) ? "Always" : "IfNotPresent");
        }
    }

    /// Whether an image has the tag `latest`, or neither tag nor digest.
    private static boolean isLatest(String image) {
        if (image.indexOf('@') >= 0) {
            return false;
        }
        int colon = image.lastIndexOf(':');
        boolean tagged = colon > image.lastIndexOf('/');
        return !tagged || image.endsWith(":latest");
    }

    /// A volume without a source is an empty folder.
    static void volume(ObjectNode volume) {
        if (volume.size() == 1 && volume.has("name")) {
            volume.putObject("emptyDir");
        }
    }
}
