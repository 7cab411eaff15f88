package io.moka.controllers.daemonset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.moka.controllers.history.RevisionHistory;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.controllers.testing.PlanTable;
import io.moka.machinery.meta.Owners;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Pods are written in short in the table's options: node, revision, state; a pod's name is `node-revision`. The present template is revision `new`.
class DaemonSetPlanTest {

    static Stream<PlanTable.Case> cases() {
        return PlanTable.read(DaemonSetPlanTest.class, "plans.yaml");
    }

    static Stream<PlanTable.Case> fits() {
        return PlanTable.read(DaemonSetPlanTest.class, "fits.yaml");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void planIsAsExpected(PlanTable.Case row) {
        var set = row.object(DaemonSet.class);
        var pods = new ArrayList<Pod>();
        row.options().path("pods").forEach(pod -> pods.add(pod(set, pod.asText().split(" "))));
        var backoff = row.options().path("backoff");
        var state = DaemonState.of(set, "new", row.objects(Node.class), pods,
                node -> backoff.has(node) ? Instant.parse(backoff.path(node).asText()) : null, row.now());
        row.verify(plan(row, state, pods));
    }

    /// The writes to pods, or, where the case asks for it, to the status and the history.
    private static Plan plan(PlanTable.Case row, DaemonState state, List<Pod> pods) {
        var plan = DaemonSetPlan.of(state);
        var status = row.options().path("status");
        if (status.isMissingNode()) {
            return plan;
        }
        var writes = new ArrayList<Write>(DaemonSetStatuses.plan(state, status.path("collisions").asInt(), status.path("observed").asBoolean(true)).writes());
        var revisions = row.objects(ControllerRevision.class);
        if (!revisions.isEmpty()) {
            writes.addAll(DaemonSetReconciler.truncation(state.set(), new RevisionHistory(revisions, revisions.getLast(), List.of(), 0), pods).writes());
        }
        return new Plan(writes, plan.lookAgain());
    }

    @ParameterizedTest
    @MethodSource("fits")
    void nodeIsJudgedAsExpected(PlanTable.Case row) {
        var fit = new NodeFit(row.object(DaemonSet.class));
        assertEquals(row.options().path("fit").asText(), fit.of(row.object(Node.class)).name());
    }

    private static Pod pod(DaemonSet set, String[] words) {
        var node = words[0];
        var name = node + "-" + words[1];
        var pod = new PodBuilder().withNewMetadata().withNamespace("n").withName(name).withUid("uid-" + name).addToLabels("app", "d").addToLabels(DaemonPods.HASH, words[1])
                .withCreationTimestamp("2026-01-01T00:00:00Z").withOwnerReferences(Owners.controlledBy(set)).endMetadata()
                .withNewSpec().withNodeName(node).endSpec();
        return switch (words[2]) {
            case "ready" -> ready(pod, "2026-01-01T00:00:00Z").build();
            case "fresh" -> ready(pod, "2026-01-01T00:59:55Z").build();
            case "terminating" -> ready(pod, "2026-01-01T00:00:00Z").editMetadata().withDeletionTimestamp("2026-01-01T01:00:00Z").endMetadata().build();
            case "unready" -> pod.withNewStatus().withPhase("Running").endStatus().build();
            case "younger" -> ready(pod, "2026-01-01T00:00:00Z").editMetadata().withName(name + "-2").withCreationTimestamp("2026-01-01T00:10:00Z").endMetadata().build();
            case "waiting" -> new PodBuilder(DaemonPods.pod(set, words[1], node)).editMetadata().withName(name).endMetadata().withNewStatus().withPhase("Pending").endStatus().build();
            case "failed" -> pod.withNewStatus().withPhase("Failed").endStatus().build();
            case "succeeded" -> pod.withNewStatus().withPhase("Succeeded").endStatus().build();
            case "failed-terminating" -> pod.editMetadata().withDeletionTimestamp("2026-01-01T01:00:00Z").endMetadata().withNewStatus().withPhase("Failed").endStatus().build();
            default -> throw new IllegalArgumentException(String.join(" ", List.of(words)));
        };
    }

    private static PodBuilder ready(PodBuilder pod, String since) {
        return pod.withNewStatus().withPhase("Running").addNewCondition().withType("Ready").withStatus("True").withLastTransitionTime(since).endCondition().endStatus();
    }
}
