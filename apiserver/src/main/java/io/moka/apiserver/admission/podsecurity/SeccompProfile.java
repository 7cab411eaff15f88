package io.moka.apiserver.admission.podsecurity;

import static io.moka.apiserver.admission.podsecurity.Violation.containers;
import static io.moka.apiserver.admission.podsecurity.Violation.plural;
import static io.moka.apiserver.admission.podsecurity.Violation.quoted;
import static io.moka.apiserver.admission.podsecurity.Violation.setters;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Checks the seccomp profile: `baseline` forbids disabling seccomp, `restricted` requires a profile.
final class SeccompProfile {
    private static final String REASON = "seccompProfile";
    private static final String POD_ANNOTATION = "seccomp.security.alpha.kubernetes.io/pod";
    private static final String CONTAINER_ANNOTATION = "container.seccomp.security.alpha.kubernetes.io/";

    private SeccompProfile() {}

    /// Checks the annotations that held the profiles before 1.19, at the level `baseline`.
    static @Nullable Violation annotations(PodShape pod) {
        Set<String> forbidden = new TreeSet<>();
        JsonNode annotations = pod.metadata().path("annotations");
        note(annotations, POD_ANNOTATION, forbidden);
        pod.containers().forEach(container -> note(annotations, CONTAINER_ANNOTATION + Json.text(container, "name"), forbidden));
        return forbidden.isEmpty() ? null
                : new Violation(REASON, "forbidden " + plural("annotation ", "annotations ", forbidden.size()) + String.join(", ", forbidden));
    }

    private static void note(JsonNode annotations, String key, Set<String> forbidden) {
        JsonNode value = annotations.get(key);
        if (value != null && !value.asText().equals("runtime/default") && !value.asText().equals("docker/default") && !value.asText().startsWith("localhost/")) {
            forbidden.add(key + "=" + Violation.quote(value.asText()));
        }
    }

    static @Nullable Violation baseline(PodShape pod) {
        Set<String> types = new TreeSet<>();
        boolean podSets = forbidden(pod.spec(), types);
        List<String> names = pod.names(container -> forbidden(container, types));
        return types.isEmpty() ? null : new Violation(REASON, setters(podSets, names) + " must not set securityContext.seccompProfile.type to " + quoted(types));
    }

    static @Nullable Violation restricted(PodShape pod) {
        Violation turnedOff = baseline(pod);
        if (turnedOff != null) {
            return turnedOff;
        }
        List<String> without = Json.present(PodShape.security(pod.spec()), "seccompProfile") != null ? List.of()
                : pod.names(container -> Json.present(PodShape.security(container), "seccompProfile") == null);
        return without.isEmpty() ? null
                : new Violation(REASON, "pod or " + containers(without) + " must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"");
    }

    private static boolean forbidden(JsonNode podOrContainer, Set<String> types) {
        JsonNode profile = Json.present(PodShape.security(podOrContainer), "seccompProfile");
        String type = profile == null ? "" : Json.text(profile, "type");
        return profile != null && !type.equals("RuntimeDefault") && !type.equals("Localhost") && (types.add(type) || true);
    }
}
