package io.moka.apiserver.admission.podsecurity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.storage.CachedObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Warns a client that sets a namespace's level about pods there that already violate it. Checks at most [#MOST] pods, for at most [#LONGEST].
final class ExistingPods {
    private static final int MOST = 3000;
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final String namespace;
    private final LevelVersion level;
    private final PodSecurityConfiguration configuration;
    private final Map<String, TreeSet<String>> podsByReasons = new TreeMap<>();

    ExistingPods(String namespace, LevelVersion level, PodSecurityConfiguration configuration) {
        this.namespace = namespace;
        this.level = level;
        this.configuration = configuration;
    }

    List<String> warnings(List<CachedObject> pods) {
        List<String> warnings = new ArrayList<>();
        int checked = check(pods);
        if (checked < pods.size()) {
            warnings.add("new PodSecurity enforce level only checked against the first " + checked + " of " + pods.size() + " existing pods");
        }
        if (!podsByReasons.isEmpty()) {
            warnings.add("existing pods in namespace " + Violation.quote(namespace) + " violate the new PodSecurity enforce level " + Violation.quote(level.toString()));
        }
        warnings.addAll(podsByReasons.entrySet().stream().map(entry -> who(entry.getValue()) + ": " + entry.getKey()).sorted().toList());
        return warnings;
    }

    private int check(List<CachedObject> pods) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        int checked = 0;
        for (CachedObject cached : pods) {
            if (checked == MOST || System.nanoTime() > deadline) {
                break;
            }
            ObjectNode pod = Json.read(cached.json());
            PodShape shape = PodShape.of(pod);
            if (!configuration.exemptsClassOf(shape)) {
                List<Violation> violations = Standards.violations(level, shape);
                if (!violations.isEmpty()) {
                    podsByReasons.computeIfAbsent(Violation.reasons(violations), ignored -> new TreeSet<>()).add(cached.name());
                }
            }
            checked++;
        }
        return checked;
    }

    private static String who(TreeSet<String> pods) {
        return switch (pods.size()) {
            case 1 -> pods.first();
            case 2 -> pods.first() + " (and 1 other pod)";
            default -> pods.first() + " (and " + (pods.size() - 1) + " other pods)";
        };
    }
}
