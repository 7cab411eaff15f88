package io.moka.controllers.ttlafterfinished;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.moka.controllers.testing.PlanTable;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The cases of `plans.yaml`.
class TtlPlanTest {

    static Stream<PlanTable.Case> cases() {
        return PlanTable.read(TtlPlanTest.class, "plans.yaml");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void planIsAsTheTableSays(PlanTable.Case row) {
        row.verify(TtlPlan.of(row.object(Job.class), row.now()));
    }
}
