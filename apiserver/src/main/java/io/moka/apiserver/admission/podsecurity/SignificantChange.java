package io.moka.apiserver.admission.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;

/// Whether an update of a pod is relevant for its security. Of the mutable fields of the spec, only images and new containers are; besides these, the seccomp
/// annotations. Other updates are not checked, so that a pod that is older than the policy and violates it can still get its labels and finalizers.
final class SignificantChange {
    private static final String POD_SECCOMP = "seccomp.security.alpha.kubernetes.io/pod";
    private static final String CONTAINER_SECCOMP = "container.seccomp.security.alpha.kubernetes.io/";

    private SignificantChange() {}

    static boolean between(JsonNode before, JsonNode after) {
        JsonNode then = before.path("metadata").path("annotations");
        JsonNode now = after.path("metadata").path("annotations");
        return differ(then, now, POD_SECCOMP)
                || positions(before, after, "containers", then, now) || positions(before, after, "initContainers", then, now) || ephemeral(before, after, then, now);
    }

    private static boolean differ(JsonNode then, JsonNode now, String annotation) {
        return !Json.text(then, annotation).equals(Json.text(now, annotation));
    }

    private static boolean positions(JsonNode before, JsonNode after, String list, JsonNode then, JsonNode now) {
        JsonNode old = before.path("spec").path(list);
        JsonNode updated = after.path("spec").path(list);
        if (old.size() != updated.size()) {
            return true;
        }
        for (int i = 0; i < updated.size(); i++) {
            if (changed(old.get(i), updated.get(i), then, now)) {
                return true;
            }
        }
        return false;
    }

    private static boolean ephemeral(JsonNode before, JsonNode after, JsonNode then, JsonNode now) {
        for (JsonNode container : after.path("spec").path("ephemeralContainers")) {
            JsonNode known = null;
            for (JsonNode candidate : before.path("spec").path("ephemeralContainers")) {
                known = Json.text(candidate, "name").equals(Json.text(container, "name")) ? candidate : known;
            }
            if (known == null || changed(known, container, then, now)) {
                return true;
            }
        }
        return false;
    }

    private static boolean changed(JsonNode old, JsonNode updated, JsonNode then, JsonNode now) {
        return !Json.text(old, "image").equals(Json.text(updated, "image")) || differ(then, now, CONTAINER_SECCOMP + Json.text(updated, "name"));
    }
}
