package io.moka.controllers.replicaset;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.replicationcontroller.ReplicationControllers;
import io.moka.controllers.testing.PlanTable;
import io.moka.machinery.meta.Pods;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// One table for ReplicaSets, one for ReplicationControllers, one code.
class ReplicaPlanTest {

    static Stream<PlanTable.Case> sets() {
        return PlanTable.read(ReplicaPlanTest.class, "plans.yaml");
    }

    static Stream<PlanTable.Case> replicationControllers() {
        return PlanTable.read(ReplicationControllers.class, "plans.yaml");
    }

    @ParameterizedTest
    @MethodSource
    void sets(PlanTable.Case row) {
        verify(row, ReplicaSetController.KIND, ReplicaSet.class);
    }

    @ParameterizedTest
    @MethodSource
    void replicationControllers(PlanTable.Case row) {
        verify(row, ReplicationControllers.KIND, ReplicationController.class);
    }

    private static <T extends HasMetadata> void verify(PlanTable.Case row, ReplicaKind<T> kind, Class<T> type) {
        var owner = row.object(type);
        var selector = kind.owner().selector().apply(owner);
        var related = row.objects(Pod.class).stream().filter(Pods::isActive).toList();
        var claimed = row.objects(Pod.class).stream().filter(pod -> selector.matches(pod.getMetadata().getLabels())).toList();
        var failure = row.options().has("failure") ? new IllegalStateException(row.options().path("failure").asText()) : null;
        var draft = new Plan.Draft();
        boolean complete = !row.options().has("unseen");
        if (complete) {
            ReplicaPlan.of(kind, owner, claimed.stream().filter(Pods::isActive).toList(), related, row.now()).writes().forEach(draft::add);
        }
        ReplicaPlan.status(kind, owner, ReplicaStatus.of(kind, owner, claimed, complete, row.now(), failure)).writes().forEach(draft::add);
        var next = ReplicaStatus.nextAvailable(kind, owner, claimed, row.now());
        row.verify((next == null ? draft : draft.lookAgain(next)).plan());
    }
}
