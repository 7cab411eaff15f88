package io.moka.controllers.disruption;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.moka.controllers.testing.PlanTable;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DisruptionPlanTest {

    static Stream<PlanTable.Case> budgets() {
        return PlanTable.read(DisruptionPlanTest.class, "budgets.yaml");
    }

    static Stream<PlanTable.Case> stale() {
        return PlanTable.read(DisruptionPlanTest.class, "stale.yaml");
    }

    @ParameterizedTest
    @MethodSource
    void budgets(PlanTable.Case row) {
        var options = row.options();
        var unmanaged = StreamSupport.stream(options.path("unmanaged").spliterator(), false).map(name -> name.asText()).toList();
        var scale = options.has("failure") ? ExpectedScale.failed(options.path("failure").asText()) : new ExpectedScale(options.path("scale").asInt(), unmanaged, null);
        row.verify(BudgetPlan.of(row.object(PodDisruptionBudget.class), List.copyOf(row.objects(Pod.class)), scale, row.now()));
    }

    @ParameterizedTest
    @MethodSource
    void stale(PlanTable.Case row) {
        row.verify(StaleDisruption.plan(row.object(Pod.class), row.now()));
    }
}
