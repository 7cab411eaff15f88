package io.moka.controllers.job;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyOnExitCodesRequirement;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyRule;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Applies a job's `podFailurePolicy` to a failed pod. The first rule that matches decides; one whose action is unknown is passed over.
final class FailurePolicy {

    /// The verdict on one failed pod.
    sealed interface Verdict {

        /// The failure counts towards the back-off limit, by the matching rule or because no rule matches.
        record Count() implements Verdict {
        }

        /// The pod is replaced and not counted.
        record Ignore() implements Verdict {
        }

        /// The pod's index is not tried again.
        record FailIndex() implements Verdict {
        }

        /// The whole job fails, for this reason.
        record FailJob(String message) implements Verdict {
        }
    }

    private static final Verdict COUNT = new Verdict.Count();

    private FailurePolicy() {
    }

    static Verdict judge(Job job, Pod failed) {
        var policy = job.getSpec().getPodFailurePolicy();
        var rules = policy == null ? List.<PodFailurePolicyRule>of() : policy.getRules();
        for (int i = 0; i < rules.size(); i++) {
            var match = match(rules.get(i), failed);
            var verdict = match == null ? null : verdict(rules.get(i).getAction(), match, i);
            if (verdict != null) {
                return verdict;
            }
        }
        return COUNT;
    }

    static boolean counts(Job job, Pod failed) {
        return !(judge(job, failed) instanceof Verdict.Ignore);
    }

    private static @Nullable Verdict verdict(String action, String match, int index) {
        return switch (action) {
            case "Count" -> COUNT;
            case "Ignore" -> new Verdict.Ignore();
            case "FailIndex" -> new Verdict.FailIndex();
            case "FailJob" -> new Verdict.FailJob(match + " matching FailJob rule at index " + index);
            default -> null;
        };
    }

    /// The beginning of the message that names the matched container or condition; null where the rule does not match.
    private static @Nullable String match(PodFailurePolicyRule rule, Pod pod) {
        var name = pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
        if (pod.getStatus() == null) {
            return null;
        }
        if (rule.getOnExitCodes() != null) {
            return Stream.concat(pod.getStatus().getContainerStatuses().stream(), pod.getStatus().getInitContainerStatuses().stream())
                    .filter(container -> matches(rule.getOnExitCodes(), container)).findFirst()
                    .map(container -> "Container " + container.getName() + " for pod " + name + " failed with exit code " + exitCode(container)).orElse(null);
        }
        return pod.getStatus().getConditions().stream()
                .filter(condition -> rule.getOnPodConditions().stream()
                        .anyMatch(pattern -> condition.getType().equals(pattern.getType()) && condition.getStatus().equals(pattern.getStatus())))
                .findFirst().map(condition -> "Pod " + name + " has condition " + condition.getType()).orElse(null);
    }

    private static boolean matches(PodFailurePolicyOnExitCodesRequirement wanted, ContainerStatus container) {
        int code = exitCode(container);
        if (code == 0 || wanted.getContainerName() != null && !wanted.getContainerName().equals(container.getName())) {
            return false;
        }
        return switch (wanted.getOperator()) {
            case "In" -> wanted.getValues().contains(code);
            case "NotIn" -> !wanted.getValues().contains(code);
            default -> false;
        };
    }

    /// 0 for a container that has not ended, too.
    private static int exitCode(ContainerStatus container) {
        var ended = container.getState() == null ? null : container.getState().getTerminated();
        return ended == null || ended.getExitCode() == null ? 0 : ended.getExitCode();
    }
}
