package io.moka.controllers.job;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.SuccessPolicyRule;
import org.jspecify.annotations.Nullable;

/// Tells whether a job has succeeded by its `successPolicy` before all indexes have succeeded.
final class SuccessPolicies {

    private SuccessPolicies() {
    }

    static @Nullable Ending met(Job job, Indexes succeeded) {
        var policy = job.getSpec().getSuccessPolicy();
        if (policy == null || succeeded.isEmpty()) {
            return null;
        }
        for (int i = 0; i < policy.getRules().size(); i++) {
            if (isMet(policy.getRules().get(i), succeeded, job.getSpec().getCompletions())) {
                return new Ending(true, "SuccessPolicy", "Matched rules at index " + i);
            }
        }
        return null;
    }

    /// A rule with both fields requires that the given number of the given indexes succeeded.
    private static boolean isMet(SuccessPolicyRule rule, Indexes succeeded, int completions) {
        var count = rule.getSucceededCount();
        if (rule.getSucceededIndexes() == null) {
            return count != null && succeeded.size() >= count;
        }
        var wanted = Indexes.parse(rule.getSucceededIndexes(), completions);
        if (wanted.isEmpty()) {
            return false;
        }
        long shared = wanted.shared(succeeded);
        return shared == wanted.size() || count != null && shared >= count;
    }
}
