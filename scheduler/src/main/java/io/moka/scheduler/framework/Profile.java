package io.moka.scheduler.framework;

import java.util.List;
import java.util.Map;

/// The plugins for the pods of one `schedulerName`.
///
/// @param schedulerName which pods the profile is for
/// @param plugins all plugins; at each extension point they are called in this order
/// @param weights weights of Score plugins by name, where they are not the plugins' own
/// @param percentageOfNodesToScore how many fitting nodes, in percent of all, are enough; 0 adapts it to the size of the cluster
public record Profile(String schedulerName, List<Plugin> plugins, Map<String, Integer> weights, int percentageOfNodesToScore) {

    public static Profile of(String schedulerName, List<? extends Plugin> plugins) {
        return new Profile(schedulerName, List.copyOf(plugins), Map.of(), 0);
    }

    /// The plugins of one extension point.
    public <T extends Plugin> List<T> at(Class<T> point) {
        return plugins.stream().filter(point::isInstance).map(point::cast).toList();
    }

    public int weight(Score score) {
        return weights.getOrDefault(score.name(), score.weight());
    }
}
