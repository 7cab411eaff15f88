package io.moka.controllers;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Decides which controllers run, by the flag `--controllers`: `*` selects all, `name` adds one, `-name` leaves one out; the first entry that names a
/// controller decides.
///
/// Follows upstream's flag, whose older names (`job` for `job-controller`) are known here as well.
final class ControllerChoice {

    /// Makes a controller.
    @FunctionalInterface
    interface Creation {
        void create() throws IOException;
    }

    private static final String SUFFIX = "-controller";
    private static final Map<String, String> OLDER = Map.ofEntries(Map.entry("replicationcontroller", "replicationcontroller-controller"),
            Map.entry("endpoint", "endpoints-controller"), Map.entry("endpointslicemirroring", "endpointslice-mirroring-controller"),
            Map.entry("podgc", "pod-garbage-collector-controller"), Map.entry("garbagecollector", "garbage-collector-controller"),
            Map.entry("nodelifecycle", "node-lifecycle-controller"), Map.entry("csrsigning", "certificatesigningrequest-signing-controller"),
            Map.entry("bootstrapsigner", "bootstrap-signer-controller"), Map.entry("clusterrole-aggregation", "clusterrole-aggregation-controller"),
            Map.entry("pvc-protection", "persistentvolumeclaim-protection-controller"), Map.entry("ephemeral-volume", "ephemeral-volume-controller"),
            Map.entry("ttl-after-finished", "ttl-after-finished-controller"));

    private final List<String> names;
    private final Set<String> known = new HashSet<>();

    ControllerChoice(List<String> names) {
        this.names = names;
    }

    boolean enables(String controller) {
        for (var name : names) {
            if (name.startsWith("-") && isNamed(controller, name.substring(1))) {
                return false;
            }
            if (isNamed(controller, name)) {
                return true;
            }
        }
        return names.contains("*");
    }

    private static boolean isNamed(String controller, String name) {
        return controller.equals(name) || controller.equals(name + SUFFIX) || controller.equals(OLDER.get(name));
    }

    /// Makes the controller where it is chosen.
    void add(String controller, Creation creation) throws IOException {
        known.add(controller);
        if (enables(controller)) {
            creation.create();
        }
    }

    /// @param others the controllers that were not added one by one
    /// @throws IllegalArgumentException for a name that is no controller's
    void requireAllKnown(String... others) {
        known.addAll(List.of(others));
        for (var name : names) {
            var bare = name.startsWith("-") ? name.substring(1) : name;
            if (!bare.equals("*") && known.stream().noneMatch(controller -> isNamed(controller, bare))) {
                throw new IllegalArgumentException("\"" + bare + "\" is not in the list of known controllers");
            }
        }
    }
}
