package io.moka.controllers.podautoscaler;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/// Keeps the latest recommendations and steps of one autoscaler. Used by one thread at a time.
final class ScalingHistory {

    private final Deque<Recommendation> recommendations = new ArrayDeque<>();
    private final Deque<Step> steps = new ArrayDeque<>();

    private record Recommendation(Instant at, int replicas) {
    }

    /// @param added how many replicas; negative where they were taken away
    private record Step(Instant at, int added) {
    }

    boolean isEmpty() {
        return recommendations.isEmpty();
    }

    void recommended(int replicas, Instant now, Duration longestWindow) {
        recommendations.add(new Recommendation(now, replicas));
        while (recommendations.size() > 1 && recommendations.getFirst().at.isBefore(now.minus(longestWindow))) {
            recommendations.removeFirst();
        }
    }

    void scaled(int before, int after, Instant now, Duration longestPeriod) {
        steps.add(new Step(now, after - before));
        while (steps.getFirst().at.isBefore(now.minus(longestPeriod))) {
            steps.removeFirst();
        }
    }

    /// The lowest recommendation within the window, this one included.
    int lowest(int replicas, Instant now, Duration window) {
        return recommendations.stream().filter(past -> past.at.isAfter(now.minus(window))).mapToInt(Recommendation::replicas).reduce(replicas, Math::min);
    }

    /// The highest recommendation within the window, this one included.
    int highest(int replicas, Instant now, Duration window) {
        return recommendations.stream().filter(past -> past.at.isAfter(now.minus(window))).mapToInt(Recommendation::replicas).reduce(replicas, Math::max);
    }

    /// The replicas at the start of a period that ends now.
    int before(int current, Instant now, Duration period) {
        return current - steps.stream().filter(step -> step.at.isAfter(now.minus(period))).mapToInt(Step::added).sum();
    }
}
