package io.moka.controllers.podgc;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.controllers.testing.PlanTable;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PodGcPlanTest {

    static Stream<PlanTable.Case> cases() {
        return PlanTable.read(PodGcPlanTest.class, "plans.yaml");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void planned(PlanTable.Case row) {
        if (row.options().has("threshold")) {
            row.verify(PodGcPlan.finished(row.objects(Pod.class), row.options().path("threshold").asInt()));
            return;
        }
        var node = row.objects(Node.class).stream().findFirst().orElse(null);
        var since = row.options().has("missingSince") ? Instant.parse(row.options().path("missingSince").asText()) : null;
        row.verify(PodGcPlan.of(row.object(Pod.class), node, since, row.now()));
    }
}
