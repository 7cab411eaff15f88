package io.moka.controllers.persistentvolume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.moka.controllers.testing.PlanTable;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The cases of `claims.yaml`.
class ClaimPlanTest {

    static Stream<PlanTable.Case> cases() {
        return PlanTable.read(ClaimPlanTest.class, "claims.yaml");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void planned(PlanTable.Case row) {
        var view = new StorageView(row.objects(PersistentVolume.class), row.objects(StorageClass.class), row.objects(Pod.class));
        row.verify(ClaimPlan.of(row.object(PersistentVolumeClaim.class), view, row.now()));
    }
}
