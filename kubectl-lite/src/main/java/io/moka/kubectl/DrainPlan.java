package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The pods of a node that `drain` takes away, and the reasons against it. Follows upstream's `pkg/drain` filters and their words.
///
/// @param evict the pods to take away
/// @param warnings warnings about pods that are left or lost, one text for each reason
/// @param errors errors that forbid the drain, one text for each reason
record DrainPlan(List<JsonNode> evict, List<String> warnings, List<String> errors) {

    private static final Set<String> OVER = Set.of("Succeeded", "Failed");

    /// @param force take away pods that no controller creates anew
    /// @param ignoreDaemonSets leave the pods of daemon sets, which would come back at once
    /// @param deleteEmptyDir take away pods whose `emptyDir` volumes go with them
    record Options(boolean force, boolean ignoreDaemonSets, boolean deleteEmptyDir) {
    }

    /// @param daemonSets existing ones, as `namespace/name`
    static DrainPlan of(List<JsonNode> pods, Set<String> daemonSets, Options options) {
        return new Planner(options, daemonSets).plan(pods);
    }

    private static final class Planner {

        private final Options options;
        private final Set<String> daemonSets;
        private final List<JsonNode> evict = new ArrayList<>();
        private final Map<String, Set<String>> warnings = new LinkedHashMap<>();
        private final Map<String, Set<String>> errors = new LinkedHashMap<>();

        Planner(Options options, Set<String> daemonSets) {
            this.options = options;
            this.daemonSets = daemonSets;
        }

        DrainPlan plan(List<JsonNode> pods) {
            pods.forEach(this::look);
            return new DrainPlan(evict, texts("", warnings), texts("cannot delete ", errors));
        }

        private static List<String> texts(String prefix, Map<String, Set<String>> reasons) {
            return reasons.entrySet().stream().map(entry -> prefix + entry.getKey() + ": " + String.join(", ", entry.getValue())).toList();
        }

        private void look(JsonNode pod) {
            if (pod.path("metadata").path("annotations").has("kubernetes.io/config.mirror")) {
                return;
            }
            if (OVER.contains(pod.path("status").path("phase").asText())) {
                evict.add(pod);
                return;
            }
            var owner = controller(pod);
            if (owner.path("kind").asText().equals("DaemonSet") && !isOrphanOfDaemonSet(pod, owner)) {
                (options.ignoreDaemonSets ? note(warnings, "ignoring DaemonSet-managed Pods")
                        : note(errors, "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)")).add(name(pod));
                return;
            }
            boolean allowed = true;
            if (hasEmptyDir(pod)) {
                allowed = judge(options.deleteEmptyDir, "deleting Pods with local storage", "Pods with local storage (use --delete-emptydir-data to override)", pod);
            }
            if (allowed && (owner.isMissingNode() || owner.path("kind").asText().equals("DaemonSet"))) {
                allowed = judge(options.force, "deleting Pods that declare no controller", "Pods that declare no controller (use --force to override)", pod);
            }
            if (allowed) {
                evict.add(pod);
            }
        }

        private boolean judge(boolean allowed, String warning, String error, JsonNode pod) {
            (allowed ? note(warnings, warning) : note(errors, error)).add(name(pod));
            return allowed;
        }

        private static Set<String> note(Map<String, Set<String>> reasons, String reason) {
            return reasons.computeIfAbsent(reason, absent -> new TreeSet<>());
        }

        private boolean isOrphanOfDaemonSet(JsonNode pod, JsonNode owner) {
            return !daemonSets.contains(pod.path("metadata").path("namespace").asText() + "/" + owner.path("name").asText());
        }

        private static JsonNode controller(JsonNode pod) {
            for (var owner : pod.path("metadata").path("ownerReferences")) {
                if (owner.path("controller").asBoolean()) {
                    return owner;
                }
            }
            return pod.path("no controller");
        }

        private static boolean hasEmptyDir(JsonNode pod) {
            return pod.path("spec").path("volumes").valueStream().anyMatch(volume -> volume.has("emptyDir"));
        }
    }

    static String name(JsonNode pod) {
        return pod.path("metadata").path("namespace").asText() + "/" + pod.path("metadata").path("name").asText();
    }

    /// Several errors as kubectl shows them together.
    static String together(List<String> errors) {
        return errors.size() == 1 ? errors.getFirst() : errors.stream().collect(Collectors.joining(", ", "[", "]"));
    }
}
