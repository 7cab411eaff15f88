package io.moka.controllers.disruption;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatus;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatusBuilder;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.Json;
import io.moka.machinery.meta.Counts;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.meta.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Computes the status of one budget.
final class BudgetPlan {

    /// The time within which a pod whose eviction was allowed should be gone; after that it counts again.
    private static final Duration DELETION = Duration.ofMinutes(2);

    /// The expected number of pods, and the required number of healthy ones.
    private record Wanted(int pods, int healthy) {
    }

    private final PodDisruptionBudget budget;
    private final List<Pod> pods;
    private final Instant now;
    private final Plan.Draft draft = new Plan.Draft();

    private BudgetPlan(PodDisruptionBudget budget, List<Pod> pods, Instant now) {
        this.budget = budget;
        this.pods = pods;
        this.now = now;
    }

    /// @param pods the pods that the budget's selector matches
    /// @param scale how many pods their controllers want in all
    static Plan of(PodDisruptionBudget budget, List<Pod> pods, ExpectedScale scale, Instant now) {
        return new BudgetPlan(budget, pods, now).plan(scale);
    }

    /// A budget whose state is not known allows nothing.
    static Plan failed(PodDisruptionBudget budget, String reason, Instant now) {
        return new BudgetPlan(budget, List.of(), now).fail(reason);
    }

    private Plan plan(ExpectedScale scale) {
        if (pods.isEmpty()) {
            draft.add(Write.normal(budget, "NoPods", "No matching pods found"));
        }
        if (needsScale()) {
            if (scale.failure() != null) {
                draft.add(Write.warning(budget, "CalculateExpectedPodCountFailed", "Failed to calculate the number of expected pods: " + scale.failure()));
                return fail(scale.failure());
            }
            if (!scale.unmanaged().isEmpty()) {
                draft.add(Write.warning(budget, "UnmanagedPods", "Pods selected by this PodDisruptionBudget (selector: %s) were found to be unmanaged: %s. As a result, the status of the PDB "
                        .formatted(selector(), scale.unmanaged()) + "cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set "
                        + "\".spec.minAvailable\" field of the PDB to an integer value."));
            }
        }
        var disrupted = disruptedPods();
        write(status(wanted(scale.pods()), healthy(disrupted), disrupted));
        return draft.plan();
    }

    private String selector() {
        return budget.getSpec().getSelector() == null ? "" : LabelSelector.of(budget.getSpec().getSelector()).toString();
    }

    private boolean needsScale() {
        return budget.getSpec().getMaxUnavailable() != null || isPercentage(budget.getSpec().getMinAvailable());
    }

    private static boolean isPercentage(@Nullable IntOrString value) {
        return value != null && value.getIntVal() == null;
    }

    private Wanted wanted(int scale) {
        var spec = budget.getSpec();
        if (spec.getMaxUnavailable() != null) {
            return new Wanted(scale, Math.max(0, scale - Counts.roundedUp(spec.getMaxUnavailable(), scale)));
        }
        if (spec.getMinAvailable() == null) {
            return new Wanted(0, 0);
        }
        return isPercentage(spec.getMinAvailable()) ? new Wanted(scale, Counts.roundedUp(spec.getMinAvailable(), scale)) : new Wanted(pods.size(), spec.getMinAvailable().getIntVal());
    }

    /// The pods whose eviction was allowed and that are still here, each with the time of that.
    private Map<String, String> disruptedPods() {
        var known = budget.getStatus() == null || budget.getStatus().getDisruptedPods() == null ? Map.<String, String>of() : budget.getStatus().getDisruptedPods();
        var disrupted = new TreeMap<String, String>();
        for (var pod : pods) {
            var since = known.get(pod.getMetadata().getName());
            if (since == null || Pods.isTerminating(pod)) {
                continue;
            }
            var due = Instant.parse(since).plus(DELETION);
            if (due.isBefore(now)) {
                draft.add(Write.warning(pod, "NotDeleted", "Pod was expected by PDB %s/%s to be deleted but it wasn't"
                        .formatted(budget.getMetadata().getNamespace(), budget.getMetadata().getName())));
            } else {
                disrupted.put(pod.getMetadata().getName(), since);
                draft.lookAgain(due.plusSeconds(1));
            }
        }
        return disrupted;
    }

    private int healthy(Map<String, String> disrupted) {
        return (int) pods.stream().filter(pod -> !Pods.isTerminating(pod) && !disrupted.containsKey(pod.getMetadata().getName()) && Pods.isReady(pod)).count();
    }

    private PodDisruptionBudgetStatus status(Wanted wanted, int healthy, Map<String, String> disrupted) {
        int allowed = wanted.pods <= 0 ? 0 : Math.max(0, healthy - wanted.healthy);
        return new PodDisruptionBudgetStatusBuilder().withObservedGeneration(budget.getMetadata().getGeneration())
                .withExpectedPods(wanted.pods).withDesiredHealthy(wanted.healthy).withCurrentHealthy(healthy).withDisruptionsAllowed(allowed)
                .withDisruptedPods(disrupted)
                .withConditions(condition(allowed > 0 ? "True" : "False", allowed > 0 ? "SufficientPods" : "InsufficientPods", ""))
                .build();
    }

    private Plan fail(String reason) {
        var status = budget.getStatus() == null ? new PodDisruptionBudgetStatusBuilder() : new PodDisruptionBudgetStatusBuilder(budget.getStatus());
        write(status.withDisruptionsAllowed(0).withExpectedPods(Counts.number(status.getExpectedPods())).withDesiredHealthy(Counts.number(status.getDesiredHealthy()))
                .withCurrentHealthy(Counts.number(status.getCurrentHealthy())).withObservedGeneration(budget.getMetadata().getGeneration())
                .withConditions(condition("False", "SyncFailed", reason)).build());
        return draft.plan();
    }

    private Condition condition(String status, String reason, String message) {
        var before = budget.getStatus() == null ? null
                : budget.getStatus().getConditions().stream().filter(condition -> condition.getType().equals("DisruptionAllowed")).findFirst().orElse(null);
        boolean same = before != null && before.getStatus().equals(status);
        return new ConditionBuilder().withType("DisruptionAllowed").withStatus(status).withReason(reason).withMessage(message)
                .withObservedGeneration(budget.getMetadata().getGeneration())
                .withLastTransitionTime(same ? before.getLastTransitionTime() : Times.format(now)).build();
    }

    private void write(PodDisruptionBudgetStatus status) {
        if (!Json.tree(status).equals(Json.tree(budget.getStatus()))) {
            var changed = Json.copy(budget);
            changed.setStatus(status);
            draft.add(new Write.UpdateStatus(changed));
        }
    }
}
