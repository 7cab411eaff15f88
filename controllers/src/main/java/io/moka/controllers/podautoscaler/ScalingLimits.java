package io.moka.controllers.podautoscaler;

import io.moka.controllers.podautoscaler.ScalingRules.Policy;
import io.moka.controllers.podautoscaler.ScalingRules.Select;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.function.ToIntFunction;

/// Applies an autoscaler's stabilization windows, policies and bounds to the number of replicas that its metrics ask for.
///
/// Follows upstream's `normalizeDesiredReplicasWithBehaviors`.
record ScalingLimits(ScalingRules up, ScalingRules down, int least, int most) {

    /// @param able the reason and message of the condition AbleToScale
    /// @param limited whether the number is another than the one that was asked for after stabilization, with its reason and message
    /// @param arithmetic a line for each step
    record Limited(int replicas, Reason able, boolean isLimited, Reason limited, List<String> arithmetic) {
    }

    record Reason(String reason, String message) {
    }

    /// Records the recommendation in the history.
    Limited apply(int current, int recommended, ScalingHistory history, Instant now) {
        var lines = new ArrayList<String>();
        int stable = stabilize(current, recommended, history, now);
        history.recommended(recommended, now, up.window().compareTo(down.window()) > 0 ? up.window() : down.window());
        var able = new Reason("ReadyForNewScale", "recommended size matches current size");
        if (stable < recommended) {
            able = new Reason("ScaleUpStabilized", "recent recommendations were lower than current one, applying the lowest recent recommendation");
        } else if (stable > recommended) {
            able = new Reason("ScaleDownStabilized", "recent recommendations were higher than current one, applying the highest recent recommendation");
        }
        if (stable != recommended) {
            lines.add("recommendations of the last %d s up and %d s down make it %d".formatted(up.window().toSeconds(), down.window().toSeconds(), stable));
        }
        if (stable > current) {
            int rate = Math.max(current, fastest(up, Integer.MIN_VALUE, Integer.MAX_VALUE, Math::max, Math::min, current, policy -> upLimit(policy, current, history, now)));
            return limit(stable, Math.min(rate, most), stable > Math.min(rate, most), able, rate < most ? TOO_FAST_UP : TOO_MANY, lines);
        }
        if (stable < current) {
            int rate = Math.min(current, fastest(down, Integer.MAX_VALUE, Integer.MIN_VALUE, Math::min, Math::max, current, policy -> downLimit(policy, current, history, now)));
            return limit(stable, Math.max(rate, least), stable < Math.max(rate, least), able, rate > least ? TOO_FAST_DOWN : TOO_FEW, lines);
        }
        return new Limited(stable, able, false, WITHIN, lines);
    }

    private static final Reason WITHIN = new Reason("DesiredWithinRange", "the desired count is within the acceptable range");
    private static final Reason TOO_MANY = new Reason("TooManyReplicas", "the desired replica count is more than the maximum replica count");
    private static final Reason TOO_FEW = new Reason("TooFewReplicas", "the desired replica count is less than the minimum replica count");
    private static final Reason TOO_FAST_UP = new Reason("ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate");
    private static final Reason TOO_FAST_DOWN = new Reason("ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate");

    private int stabilize(int current, int recommended, ScalingHistory history, Instant now) {
        int lowest = history.lowest(recommended, now, up.window());
        int highest = history.highest(recommended, now, down.window());
        return Math.min(Math.max(current, lowest), highest);
    }

    private static int fastest(ScalingRules rules, int startOfMax, int startOfMin, IntBinaryOperator further, IntBinaryOperator nearer, int current, ToIntFunction<Policy> limit) {
        return switch (rules.select()) {
            case DISABLED -> current;
            case MAX -> rules.policies().stream().mapToInt(limit).reduce(startOfMax, further);
            case MIN -> rules.policies().stream().mapToInt(limit).reduce(startOfMin, nearer);
        };
    }

    private static int upLimit(Policy policy, int current, ScalingHistory history, Instant now) {
        int start = history.before(current, now, policy.period());
        return policy.percent() ? (int) Math.ceil(start * (1 + policy.value() / 100d)) : start + policy.value();
    }

    private static int downLimit(Policy policy, int current, ScalingHistory history, Instant now) {
        int start = history.before(current, now, policy.period());
        return policy.percent() ? (int) (start * (1 - policy.value() / 100d)) : start - policy.value();
    }

    private static Limited limit(int wanted, int bound, boolean exceeds, Reason able, Reason reason, List<String> lines) {
        if (!exceeds) {
            return new Limited(wanted, able, false, WITHIN, lines);
        }
        lines.add("%s: %d instead of %d".formatted(reason.message, bound, wanted));
        return new Limited(bound, able, true, reason, lines);
    }
}
