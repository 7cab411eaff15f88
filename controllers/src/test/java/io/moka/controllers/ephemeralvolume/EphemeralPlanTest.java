package io.moka.controllers.ephemeralvolume;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.controllers.testing.PlanTable;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EphemeralPlanTest {

    static Stream<PlanTable.Case> cases() {
        return PlanTable.read(EphemeralPlanTest.class, "plans.yaml");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void planned(PlanTable.Case row) {
        var claims = row.objects(PersistentVolumeClaim.class);
        row.verify(EphemeralPlan.of(row.object(Pod.class), name -> claims.stream().filter(claim -> claim.getMetadata().getName().equals(name)).findFirst().orElse(null)));
    }
}
