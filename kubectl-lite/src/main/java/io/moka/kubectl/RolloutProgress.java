package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;

/// How far a deployment's rollout is, in kubectl's words.
sealed interface RolloutProgress {

    String message();

    record Waiting(String message) implements RolloutProgress {
    }

    record Complete(String message) implements RolloutProgress {
    }

    record Failed(String message) implements RolloutProgress {
    }

    static RolloutProgress of(JsonNode deployment) {
        var name = deployment.path("metadata").path("name").asText();
        var status = deployment.path("status");
        if (deployment.path("metadata").path("generation").asLong() > status.path("observedGeneration").asLong()) {
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
}
