package io.moka.controllers.statefulset;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.moka.controllers.history.RevisionHistory;
import io.moka.controllers.history.RevisionPlan;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.controllers.testing.PlanTable;
import io.moka.machinery.meta.Owners;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Pods are written in short in the table's options: name, revision, state.
class StatefulSetPlanTest {

    static Stream<PlanTable.Case> cases() {
        return PlanTable.read(StatefulSetPlanTest.class, "plans.yaml");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void planIsAsExpected(PlanTable.Case row) {
        var set = row.object(StatefulSet.class);
        var pods = new ArrayList<Pod>();
        row.options().path("pods").forEach(pod -> pods.add(pod(set, pod.asText().split(" "))));
        var revisions = row.objects(ControllerRevision.class);
        var update = RevisionPlan.update(StatefulSetController.REVISIONS, set, revisions, 0).revision();
        var state = new SetState(set, new RevisionHistory(revisions, update, List.of(), 0), pods, name -> row.objects(PersistentVolumeClaim.class).stream()
                .filter(claim -> claim.getMetadata().getName().equals(name)).findFirst().orElse(null), row.now());
        row.verify(plan(row, state));
    }

    /// The writes to pods, or, where the case asks for it, to the status and the history.
    private static Plan plan(PlanTable.Case row, SetState state) {
        var plan = StatefulSetPlan.of(state);
        if (!row.options().path("status").asBoolean()) {
            return plan.plan();
        }
        var writes = new ArrayList<Write>(StatefulSetStatuses.plan(state, plan.currentDeleted(), plan.blocked()).writes());
        writes.addAll(state.truncation().writes());
        return new Plan(writes, plan.lookAgain());
    }

    private static Pod pod(StatefulSet set, String[] words) {
        var name = words[0];
        var pod = new PodBuilder().withNewMetadata().withNamespace("n").withName(name).withUid("uid-" + name).addToLabels("app", "web")
                .addToLabels(Identity.POD_NAME, name).addToLabels(Identity.REVISION, "web-" + words[1]).withOwnerReferences(Owners.controlledBy(set)).endMetadata()
                .withNewSpec().endSpec();
        return switch (words[2]) {
            case "ready" -> ready(pod, "2026-01-01T00:00:00Z").build();
            case "fresh" -> ready(pod, "2026-01-01T00:59:55Z").build();
            case "unlabelled" -> ready(pod, "2026-01-01T00:00:00Z").editMetadata().removeFromLabels(Identity.POD_NAME).endMetadata().build();
            case "terminating" -> ready(pod, "2026-01-01T00:00:00Z").editMetadata().withDeletionTimestamp("2026-01-01T01:00:00Z").endMetadata().build();
            case "pending" -> pod.withNewStatus().withPhase("Pending").endStatus().build();
            case "crashing" -> pod.withNewStatus().withPhase("Running").addNewContainerStatus().withName("c").withNewState().withNewWaiting()
                    .withReason("CrashLoopBackOff").endWaiting().endState().endContainerStatus().endStatus().build();
            case "failed" -> pod.withNewStatus().withPhase("Failed").endStatus().build();
            case "evicted" -> pod.withNewStatus().withPhase("Failed").withReason("Evicted").endStatus().build();
            case "succeeded" -> pod.withNewStatus().withPhase("Succeeded").endStatus().build();
            case "failed-terminating" -> pod.editMetadata().withDeletionTimestamp("2026-01-01T01:00:00Z").endMetadata().withNewStatus().withPhase("Failed").endStatus().build();
            default -> throw new IllegalArgumentException(String.join(" ", List.of(words)));
        };
    }

    private static PodBuilder ready(PodBuilder pod, String since) {
        return pod.withNewStatus().withPhase("Running").addNewCondition().withType("Ready").withStatus("True").withLastTransitionTime(since).endCondition().endStatus();
    }
}
