package io.moka.controllers.disruption;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.PlanWriter;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.meta.Times;
import io.moka.machinery.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Sets the condition `DisruptionTarget` to false on a pod that was not deleted within two minutes, as the announced disruption did not happen.
final class StaleDisruption implements Reconciler<ObjectKey> {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Lister<Pod> pods;
    private final PlanWriter writer;
    private final TimeSource clock;

    StaleDisruption(ControllerContext context) {
        this.pods = context.informers().of(Pod.class).lister();
        this.writer = new PlanWriter(context.client(), context.events().apply("controllermanager"));
        this.clock = context.clock();
    }

    static boolean isMarked(Pod pod) {
        var condition = Pods.condition(pod, "DisruptionTarget");
        return condition != null && condition.getStatus().equals("True") && !Pods.isTerminating(pod) && !Pods.isTerminal(pod);
    }

    static Plan plan(Pod pod, Instant now) {
        if (!isMarked(pod)) {
            return Plan.NOTHING;
        }
        var since = Times.parse(Pods.condition(pod, "DisruptionTarget").getLastTransitionTime());
        var due = (since == null ? now : since).plus(PATIENCE);
        if (due.isAfter(now)) {
            return new Plan(List.of(), due);
        }
        return new Plan(List.of(new Write.Patch(pod, "status", PatchType.STRATEGIC, Map.of("status", Map.of("conditions",
                List.of(Map.of("type", "DisruptionTarget", "status", "False", "lastTransitionTime", Times.format(now))))))), null);
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var pod = pods.get(key);
        if (pod == null) {
            return Outcome.DONE;
        }
        var plan = plan(pod, clock.instant());
        writer.carryOut(plan.writes());
        return plan.outcome();
    }
}
