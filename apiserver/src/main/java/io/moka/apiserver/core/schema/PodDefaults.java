package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/// Defaults of pods and pod templates that depend on other fields.
final class PodDefaults {

    private PodDefaults() {
    }

    /// Sets the defaults of a pod that a template does not get: `enableServiceLinks`, requests from limits, and on the host network host ports from
    /// container ports.
    static void pod(ObjectNode pod) {
        ObjectNode spec = CheckedFields.objectOrNull(pod, "spec");
        if (spec == null) {
            return;
        }
        if (!CheckedFields.has(spec, "enableServiceLinks")) {
            spec.put("enableServiceLinks", true);
        }
        if (CheckedFields.flag(spec, "hostNetwork")) {
            CheckedFields.list(spec, "containers").forEach(PodDefaults::hostPorts);
            CheckedFields.list(spec, "initContainers").forEach(PodDefaults::hostPorts);
        }
        for (String list : List.of("containers", "initContainers")) {
            for (JsonNode container : CheckedFields.list(spec, list)) {
                ObjectNode resources = CheckedFields.objectOrNull(container, "resources");
                if (resources != null) {
                    requestsFromLimits(resources);
                }
            }
        }
    }

    private static void requestsFromLimits(ObjectNode resources) {
        for (Map.Entry<String, JsonNode> limit : CheckedFields.entries(resources, "limits")) {
            ObjectNode requests = resources.withObject("requests");
            if (!requests.has(limit.getKey())) {
                requests.set(limit.getKey(), limit.getValue());
            }
        }
    }

    static void podSpec(ObjectNode spec) {
        String account = CheckedFields.text(spec, "serviceAccountName");
        String deprecatedAccount = CheckedFields.text(spec, "serviceAccount");
        if (!account.isEmpty()) {
            spec.put("serviceAccount", account);
        } else if (!deprecatedAccount.isEmpty()) {
            spec.put("serviceAccountName", deprecatedAccount);
        }
    }

    private static void hostPorts(JsonNode container) {
        for (JsonNode port : CheckedFields.list(container, "ports")) {
            if (CheckedFields.number(port, "hostPort", 0) == 0 && port instanceof ObjectNode object && port.has("containerPort")) {
                object.set("hostPort", port.get("containerPort"));
            }
        }
    }

    static void container(ObjectNode container) {
        if (!CheckedFields.has(container, "imagePullPolicy")) {
            container.put("imagePullPolicy", isLatest(CheckedFields.text(container, "image")) ? "Always" : "IfNotPresent");
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

    /// Makes a volume without a source an `emptyDir`, and gives an image volume the pull policy that a container of the image would have.
    static void volume(ObjectNode volume) {
        if (volume.size() == 1 && volume.has("name")) {
            volume.putObject("emptyDir");
        }
        if (volume.get("image") instanceof ObjectNode image && CheckedFields.text(image, "pullPolicy").isEmpty()) {
            image.put("pullPolicy", isLatest(CheckedFields.text(image, "reference")) ? "Always" : "IfNotPresent");
        }
    }
}
