package io.moka.controllers.deployment;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads and computes the annotations with which a Deployment records its revisions and sizes on its ReplicaSets.
final class Annotations {

    static final String REVISION = "deployment.kubernetes.io/revision";
    static final String REVISION_HISTORY = "deployment.kubernetes.io/revision-history";
    static final String DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas";
    static final String MAX_REPLICAS = "deployment.kubernetes.io/max-replicas";
    private static final Set<String> NOT_COPIED = Set.of("kubectl.kubernetes.io/last-applied-configuration",
            REVISION, REVISION_HISTORY, DESIRED_REPLICAS, MAX_REPLICAS);

    private Annotations() {
    }

    static Map<String, String> of(HasMetadata object) {
        var annotations = object.getMetadata().getAnnotations();
        return annotations == null ? Map.of() : annotations;
    }

    static long revision(HasMetadata object) {
        var revision = of(object).get(REVISION);
        return revision == null ? 0 : Long.parseLong(revision);
    }

    static @Nullable Integer desiredReplicas(HasMetadata object) {
        var desired = of(object).get(DESIRED_REPLICAS);
        return desired == null ? null : Integer.valueOf(desired);
    }

    /// Returns the annotations that a ReplicaSet should have: its present ones, the deployment's own, the revision and the sizes.
    static Map<String, String> forSet(Rollout rollout, Map<String, String> present, long revision) {
        var annotations = new HashMap<>(present);
        of(rollout.deployment()).forEach((key, value) -> {
            if (!NOT_COPIED.contains(key)) {
                annotations.put(key, value);
            }
        });
        var before = present.get(REVISION);
        if (before != null && Long.parseLong(before) < revision) {
            var history = present.get(REVISION_HISTORY);
            annotations.put(REVISION_HISTORY, history == null || history.isEmpty() ? before : history + "," + before);
        }
        if (before == null || Long.parseLong(before) < revision) {
            annotations.put(REVISION, Long.toString(revision));
        }
        annotations.put(DESIRED_REPLICAS, Integer.toString(rollout.replicas()));
        annotations.put(MAX_REPLICAS, Integer.toString(rollout.replicas() + rollout.maxSurge()));
        return annotations;
    }
}
