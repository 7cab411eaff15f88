package io.moka.scheduler.preemption;

import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.moka.machinery.meta.LabelSelector;
import io.moka.scheduler.cache.PodInfo;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The PodDisruptionBudgets of the cluster. Preemption respects them where it has a choice.
public interface DisruptionBudgets {

    List<PodDisruptionBudget> current();

    /// The uids of those whose eviction would violate a budget, if those before them in the list were evicted too.
    static Set<String> protectedOf(List<PodInfo> pods, List<PodDisruptionBudget> budgets) {
        var isProtected = new HashSet<String>();
        var allowed = new int[budgets.size()];
        for (int i = 0; i < allowed.length; i++) {
            var status = budgets.get(i).getStatus();
            allowed[i] = status == null || status.getDisruptionsAllowed() == null ? 0 : status.getDisruptionsAllowed();
        }
        for (var pod : pods) {
            for (int i = 0; i < allowed.length; i++) {
                if (covers(budgets.get(i), pod) && --allowed[i] < 0) {
                    isProtected.add(pod.uid());
                }
            }
        }
        return isProtected;
    }

    /// A pod whose eviction the budget has counted already is not covered any more.
    private static boolean covers(PodDisruptionBudget budget, PodInfo pod) {
        if (!pod.key().namespace().equals(budget.getMetadata().getNamespace()) || pod.labels().isEmpty() || budget.getSpec().getSelector() == null) {
            return false;
        }
        var selector = LabelSelector.of(budget.getSpec().getSelector());
        var status = budget.getStatus();
        boolean counted = status != null && status.getDisruptedPods() != null && status.getDisruptedPods().containsKey(pod.key().name());
        return !selector.isEverything() && selector.matches(pod.labels()) && !counted;
    }
}
