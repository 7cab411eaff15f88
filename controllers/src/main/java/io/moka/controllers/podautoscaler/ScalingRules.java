package io.moka.controllers.podautoscaler;

import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingRules;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.moka.machinery.meta.Quantities;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The limits on how fast an autoscaler may scale in one direction, with the documented defaults filled in.
///
/// @param window the stabilization window, over which recommendations are compared before one is followed
/// @param select the rule that chooses among several policies
/// @param tolerance a share of the target
record ScalingRules(Duration window, Select select, List<Policy> policies, double tolerance) {

    private static final Duration DOWN_WINDOW = Duration.ofMinutes(5);
    private static final Duration PERIOD = Duration.ofSeconds(15);
    private static final double TOLERANCE = 0.1;
    private static final List<Policy> UP_POLICIES = List.of(new Policy(false, 4, PERIOD), new Policy(true, 100, PERIOD));
    private static final List<Policy> DOWN_POLICIES = List.of(new Policy(true, 100, PERIOD));

    enum Select {
        MAX, MIN, DISABLED
    }

    /// @param percent whether the value is a percentage of the replicas at the period's start
    record Policy(boolean percent, int value, Duration period) {
    }

    static ScalingRules up(HorizontalPodAutoscaler autoscaler) {
        var behavior = autoscaler.getSpec().getBehavior();
        return of(behavior == null ? null : behavior.getScaleUp(), Duration.ZERO, UP_POLICIES);
    }

    static ScalingRules down(HorizontalPodAutoscaler autoscaler) {
        var behavior = autoscaler.getSpec().getBehavior();
        return of(behavior == null ? null : behavior.getScaleDown(), DOWN_WINDOW, DOWN_POLICIES);
    }

    private static ScalingRules of(@Nullable HPAScalingRules given, Duration window, List<Policy> policies) {
        if (given == null) {
            return new ScalingRules(window, Select.MAX, policies, TOLERANCE);
        }
        var select = given.getSelectPolicy() == null || given.getSelectPolicy().equals("Max") ? Select.MAX : given.getSelectPolicy().equals("Min") ? Select.MIN : Select.DISABLED;
        return new ScalingRules(given.getStabilizationWindowSeconds() == null ? window : Duration.ofSeconds(given.getStabilizationWindowSeconds()), select,
                given.getPolicies().isEmpty() ? policies : given.getPolicies().stream()
                        .map(policy -> new Policy(policy.getType().equals("Percent"), policy.getValue(), Duration.ofSeconds(policy.getPeriodSeconds()))).toList(),
                given.getTolerance() == null ? TOLERANCE : Quantities.milliValue(given.getTolerance()) / 1_000d);
    }

    Duration longestPeriod() {
        return policies.stream().map(Policy::period).max(Duration::compareTo).orElse(Duration.ZERO);
    }
}
