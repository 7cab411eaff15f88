package io.moka.controllers.nodettl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Node;
import io.moka.controllers.testing.PlanTable;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TtlStepsTest {

    static Stream<PlanTable.Case> sizes() {
        return PlanTable.read(TtlStepsTest.class, "steps.yaml");
    }

    static Stream<PlanTable.Case> plans() {
        return PlanTable.read(TtlStepsTest.class, "plans.yaml");
    }

    @ParameterizedTest
    @MethodSource
    void sizes(PlanTable.Case row) {
        var steps = new TtlSteps();
        row.options().path("sizes").forEach(size -> steps.sized(size.asInt()));
        assertEquals(row.options().path("seconds").asInt(), steps.seconds());
    }

    @ParameterizedTest
    @MethodSource
    void plans(PlanTable.Case row) {
        row.verify(TtlSteps.of(row.object(Node.class), row.options().path("seconds").asInt()));
    }
}
