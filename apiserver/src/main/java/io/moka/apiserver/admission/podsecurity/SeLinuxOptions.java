package io.moka.apiserver.admission.podsecurity;

import static io.moka.apiserver.admission.podsecurity.Violation.plural;
import static io.moka.apiserver.admission.podsecurity.Violation.quoted;
import static io.moka.apiserver.admission.podsecurity.Violation.setters;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Baseline: of the SELinux options, pods may set the level and a container type, but no user or role.
final class SeLinuxOptions {
    private final Set<String> allowedTypes;
    private final Set<String> badTypes = new TreeSet<>();
    private boolean user;
    private boolean role;

    private SeLinuxOptions(Set<String> allowedTypes) {
        this.allowedTypes = allowedTypes;
    }

    static @Nullable Violation check(PodShape pod, Set<String> allowedTypes) {
        SeLinuxOptions seen = new SeLinuxOptions(allowedTypes);
        boolean podSets = seen.collect(pod.spec());
        List<String> names = pod.names(seen::collect);
        if (!podSets && names.isEmpty()) {
            return null;
        }
        return new Violation("seLinuxOptions", setters(podSets, names) + " set forbidden securityContext.seLinuxOptions: " + seen.what());
    }

    private boolean collect(JsonNode podOrContainer) {
        JsonNode options = PodShape.security(podOrContainer).path("seLinuxOptions");
        String type = Json.text(options, "type");
        boolean badType = !allowedTypes.contains(type);
        if (badType) {
            badTypes.add(type);
        }
        boolean setsUser = !Json.text(options, "user").isEmpty();
        boolean setsRole = !Json.text(options, "role").isEmpty();
        user |= setsUser;
        role |= setsRole;
        return badType || setsUser || setsRole;
    }

    private String what() {
        List<String> what = new ArrayList<>();
        if (!badTypes.isEmpty()) {
            what.add(plural("type ", "types ", badTypes.size()) + quoted(badTypes));
        }
        if (user) {
            what.add("user may not be set");
        }
        if (role) {
            what.add("role may not be set");
        }
        return String.join("; ", what);
    }
}
