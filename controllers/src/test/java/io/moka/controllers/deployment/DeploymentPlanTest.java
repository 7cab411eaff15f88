package io.moka.controllers.deployment;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.moka.controllers.testing.PlanTable;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeploymentPlanTest {

    static Stream<PlanTable.Case> cases() {
        return PlanTable.read(DeploymentPlanTest.class, "plans.yaml");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void planned(PlanTable.Case row) {
        var deployment = row.object(Deployment.class);
        var sets = new ArrayList<>(row.objects(ReplicaSet.class));
        var current = sets.stream().filter(set -> TemplateHash.same(set.getSpec().getTemplate(), deployment.getSpec().getTemplate())).findFirst().orElse(null);
        sets.remove(current);
        var rollout = new Rollout(deployment, current, sets);
        row.verify(row.options().has("refused")
                ? DeploymentPlan.refused(rollout, row.objects(Pod.class), row.options().path("refused").asText(), row.now())
                : DeploymentPlan.of(rollout, row.objects(Pod.class), row.now()));
    }
}
