package io.moka.scheduler.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.scheduler.scores.ScoringStrategy;
import java.util.ArrayList;

/// Reads the `scoringStrategy` of NodeResourcesFitArgs.
final class StrategyArgs {

    private StrategyArgs() {
    }

    /// @throws IllegalArgumentException when the argument is not a valid strategy
    static ScoringStrategy read(JsonNode strategy) {
        if (strategy.isMissingNode() || strategy.isNull()) {
            return ScoringStrategy.LEAST_ALLOCATED;
        }
        var type = type(strategy.path("type").asText("LeastAllocated"));
        var resources = new ArrayList<ScoringStrategy.Resource>();
        strategy.path("resources").forEach(resource -> resources.add(new ScoringStrategy.Resource(resource.path("name").asText(), resource.path("weight").asLong(1))));
        var shape = new ArrayList<ScoringStrategy.Point>();
        strategy.path("requestedToCapacityRatio").path("shape")
                .forEach(point -> shape.add(new ScoringStrategy.Point(point.path("utilization").asLong(), point.path("score").asLong())));
        if (type == ScoringStrategy.Type.RequestedToCapacityRatio && shape.isEmpty()) {
            throw new IllegalArgumentException("scoringStrategy.requestedToCapacityRatio.shape: at least one point is required");
        }
        for (int i = 1; i < shape.size(); i++) {
            if (shape.get(i).utilization() <= shape.get(i - 1).utilization()) {
                throw new IllegalArgumentException("scoringStrategy.requestedToCapacityRatio.shape: utilization values must be in increasing order");
            }
        }
        return new ScoringStrategy(type, resources.isEmpty() ? ScoringStrategy.LEAST_ALLOCATED.resources() : resources, shape);
    }

    private static ScoringStrategy.Type type(String name) {
        try {
            return ScoringStrategy.Type.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("scoringStrategy.type: \"" + name + "\" is not LeastAllocated, MostAllocated or RequestedToCapacityRatio", e);
        }
    }
}
