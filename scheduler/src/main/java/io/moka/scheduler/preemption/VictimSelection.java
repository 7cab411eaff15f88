package io.moka.scheduler.preemption;

import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Filters;
import io.moka.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Selects the pods that have to leave a node so that a pod fits: removes all pods of lower priority, then puts back as many as possible, the protected and the
/// important ones first. Works on copies.
final class VictimSelection {

    sealed interface Result {
        record Victims(Candidate candidate) implements Result {
        }

        /// The pod does not fit even without all of them.
        record StillRefused(Verdict verdict) implements Result {
        }
    }

    private final Filters filters;
    private final PodInfo pod;
    private final Snapshot snapshot;
    private final List<PodDisruptionBudget> budgets;

    VictimSelection(Filters filters, PodInfo pod, Snapshot snapshot, List<PodDisruptionBudget> budgets) {
        this.filters = filters;
        this.pod = pod;
        this.snapshot = snapshot;
        this.budgets = budgets;
    }

    Result on(CycleState original, NodeInfo originalNode) {
        var state = original.copy();
        var node = originalNode;
        var lower = new ArrayList<PodInfo>();
        for (var other : originalNode.pods()) {
            if (other.priority() < pod.priority()) {
                lower.add(other);
                node = filters.remove(state, pod, other, node);
            }
        }
        for (var other : snapshot.nominated(node.name())) {
            if (other.priority() >= pod.priority() && !other.uid().equals(pod.uid())) {
                node = filters.add(state, pod, other, node);
            }
        }
        var questions = filters.questions(state, pod);
        var refusal = questions.ask(node);
        if (refusal != null) {
            return new Result.StillRefused(refusal.verdict());
        }
        lower.sort(Candidate.MORE_IMPORTANT);
        var isProtected = DisruptionBudgets.protectedOf(lower, budgets);
        var victims = new ArrayList<PodInfo>();
        int violations = 0;
        for (var other : order(lower, isProtected)) {
            var with = filters.add(state, pod, other, node);
            if (questions.ask(with) == null) {
                node = with;
            } else {
                node = filters.remove(state, pod, other, with);
                victims.add(other);
                violations += isProtected.contains(other.uid()) ? 1 : 0;
            }
        }
        victims.sort(Candidate.MORE_IMPORTANT);
        return new Result.Victims(new Candidate(originalNode, victims, violations));
    }

    private static List<PodInfo> order(List<PodInfo> lower, Set<String> isProtected) {
        var order = new ArrayList<PodInfo>();
        lower.stream().filter(other -> isProtected.contains(other.uid())).forEach(order::add);
        lower.stream().filter(other -> !isProtected.contains(other.uid())).forEach(order::add);
        return order;
    }
}
