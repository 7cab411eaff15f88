package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;

/// How far the rollout of a deployment, daemon set or stateful set is, in kubectl's words.
sealed interface RolloutProgress {

    String message();

    record Waiting(String message) implements RolloutProgress {
    }

    record Complete(String message) implements RolloutProgress {
    }

    record Failed(String message) implements RolloutProgress {
    }

    /// @throws UsageException for objects that have no rollout to watch
    static RolloutProgress of(Kind kind, JsonNode object) {
        return switch (kind.type().kind()) {
            case "Deployment" -> deployment(object);
            case "DaemonSet" -> daemonSet(object);
            case "StatefulSet" -> statefulSet(object);
            default -> throw new UsageException("no status viewer has been implemented for " + kind.type().kind());
        };
    }

    private static boolean isObserved(JsonNode object) {
        return object.path("metadata").path("generation").asLong() <= object.path("status").path("observedGeneration").asLong();
    }

    private static String name(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }

    private static RolloutProgress deployment(JsonNode deployment) {
        var name = name(deployment);
        var status = deployment.path("status");
        if (!isObserved(deployment)) {
            return new Waiting("Waiting for deployment spec update to be observed...");
        }
        for (var condition : status.path("conditions")) {
            if (condition.path("type").asText().equals("Progressing") && condition.path("reason").asText().equals("ProgressDeadlineExceeded")) {
                return new Failed("deployment \"" + name + "\" exceeded its progress deadline");
            }
        }
        int wanted = deployment.path("spec").path("replicas").asInt(1);
        int updated = status.path("updatedReplicas").asInt();
        int total = status.path("replicas").asInt();
        int available = status.path("availableReplicas").asInt();
        if (updated < wanted) {
            return new Waiting("Waiting for deployment \"%s\" rollout to finish: %d out of %d new replicas have been updated...".formatted(name, updated, wanted));
        }
        if (total > updated) {
            return new Waiting("Waiting for deployment \"%s\" rollout to finish: %d old replicas are pending termination...".formatted(name, total - updated));
        }
        if (available < updated) {
            return new Waiting("Waiting for deployment \"%s\" rollout to finish: %d of %d updated replicas are available...".formatted(name, available, updated));
        }
        return new Complete("deployment \"" + name + "\" successfully rolled out");
    }

    private static void requireRollingUpdate(JsonNode object) {
        if (!object.path("spec").path("updateStrategy").path("type").asText().equals("RollingUpdate")) {
            throw new UsageException("rollout status is only available for RollingUpdate strategy type");
        }
    }

    private static RolloutProgress daemonSet(JsonNode set) {
        requireRollingUpdate(set);
        if (!isObserved(set)) {
            return new Waiting("Waiting for daemon set spec update to be observed...");
        }
        var status = set.path("status");
        int wanted = status.path("desiredNumberScheduled").asInt();
        int updated = status.path("updatedNumberScheduled").asInt();
        int available = status.path("numberAvailable").asInt();
        if (updated < wanted) {
            return new Waiting("Waiting for daemon set \"%s\" rollout to finish: %d out of %d new pods have been updated...".formatted(name(set), updated, wanted));
        }
        if (available < wanted) {
            return new Waiting("Waiting for daemon set \"%s\" rollout to finish: %d of %d updated pods are available...".formatted(name(set), available, wanted));
        }
        return new Complete("daemon set \"" + name(set) + "\" successfully rolled out");
    }

    private static RolloutProgress statefulSet(JsonNode set) {
        requireRollingUpdate(set);
        var status = set.path("status");
        if (status.path("observedGeneration").asLong() == 0 || !isObserved(set)) {
            return new Waiting("Waiting for statefulset spec update to be observed...");
        }
        int wanted = set.path("spec").path("replicas").asInt(1);
        int ready = status.path("readyReplicas").asInt();
        int updated = status.path("updatedReplicas").asInt();
        if (ready < wanted) {
            return new Waiting("Waiting for %d pods to be ready...".formatted(wanted - ready));
        }
        var rolling = set.path("spec").path("updateStrategy").path("rollingUpdate");
        if (!rolling.isMissingNode()) {
            int partition = rolling.path("partition").asInt();
            return updated < wanted - partition
                    ? new Waiting("Waiting for partitioned roll out to finish: %d out of %d new pods have been updated...".formatted(updated, wanted - partition))
                    : new Complete("partitioned roll out complete: %d new pods have been updated...".formatted(updated));
        }
        var update = status.path("updateRevision").asText();
        var current = status.path("currentRevision").asText();
        return update.equals(current)
                ? new Complete("statefulset rolling update complete %d pods at revision %s...".formatted(status.path("currentReplicas").asInt(), current))
                : new Waiting("waiting for statefulset rolling update to complete %d pods at revision %s...".formatted(updated, update));
    }
}
