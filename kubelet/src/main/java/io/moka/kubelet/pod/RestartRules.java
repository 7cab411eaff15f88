package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerRestartRule;
import io.fabric8.kubernetes.api.model.Pod;

/// Decides whether a container that has ended is started again: by the first of the container's rules that names its exit code, else by the container's
/// restart policy, else by the pod's. Follows upstream's `podutil.ContainerShouldRestart`.
final class RestartRules {

    private RestartRules() {
    }

    /// The restart policy that applies to a container, apart from its rules.
    static String policy(Pod pod, Container container) {
        var ofThePod = pod.getSpec().getRestartPolicy() == null ? "Always" : pod.getSpec().getRestartPolicy();
        return container.getRestartPolicy() == null ? ofThePod : container.getRestartPolicy();
    }

    static boolean restarts(Pod pod, Container container, int exitCode) {
        if (container.getRestartPolicyRules().stream().anyMatch(rule -> "Restart".equals(rule.getAction()) && names(rule, exitCode))) {
            return true;
        }
        return switch (policy(pod, container)) {
            case "Never" -> false;
            case "OnFailure" -> exitCode != 0;
            default -> true;
        };
    }

    private static boolean names(ContainerRestartRule rule, int exitCode) {
        var codes = rule.getExitCodes();
        return codes != null && switch (String.valueOf(codes.getOperator())) {
            case "In" -> codes.getValues().contains(exitCode);
            case "NotIn" -> !codes.getValues().contains(exitCode);
            default -> false;
        };
    }
}
