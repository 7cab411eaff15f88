package io.moka.scheduler.scores;

import java.util.List;

/// The rule by which [NodeResourcesFitScore] scores the free resources of a node: the `scoringStrategy` of upstream's `NodeResourcesFitArgs`.
///
/// @param shape only for [Type#RequestedToCapacityRatio]: scores of 0 to 10 by utilization in percent, straight lines between them
public record ScoringStrategy(Type type, List<Resource> resources, List<Point> shape) {

    public enum Type { LeastAllocated, MostAllocated, RequestedToCapacityRatio }

    public record Resource(String name, long weight) {
    }

    public record Point(long utilization, long score) {
    }

    public static final ScoringStrategy LEAST_ALLOCATED = new ScoringStrategy(Type.LeastAllocated, List.of(new Resource("cpu", 1), new Resource("memory", 1)), List.of());

    /// The score of one resource, from 0 to 100.
    long score(long requested, long allocatable) {
        return switch (type) {
            case LeastAllocated -> requested > allocatable ? 0 : (allocatable - requested) * 100 / allocatable;
            case MostAllocated -> Math.min(requested, allocatable) * 100 / allocatable;
            case RequestedToCapacityRatio -> onShape(requested > allocatable ? 100 : requested * 100 / allocatable) * 10;
        };
    }

    private long onShape(long utilization) {
        for (int i = 0; i < shape.size(); i++) {
            var point = shape.get(i);
            if (utilization <= point.utilization) {
                if (i == 0) {
                    return point.score;
                }
                var left = shape.get(i - 1);
                return left.score + (point.score - left.score) * (utilization - left.utilization) / (point.utilization - left.utilization);
            }
        }
        return shape.getLast().score;
    }
}
