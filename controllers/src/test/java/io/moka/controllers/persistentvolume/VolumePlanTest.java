package io.moka.controllers.persistentvolume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.moka.controllers.testing.PlanTable;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The cases of `volumes.yaml`.
class VolumePlanTest {

    static Stream<PlanTable.Case> cases() {
        return PlanTable.read(VolumePlanTest.class, "volumes.yaml");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void planned(PlanTable.Case row) {
        var claim = row.objects(PersistentVolumeClaim.class).stream().findFirst().orElse(null);
        row.verify(VolumePlan.of(row.object(PersistentVolume.class), claim, row.now()));
    }
}
