package io.moka.controllers.localpath;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.moka.controllers.testing.PlanTable;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The cases of `provision.yaml`, `reclaim.yaml` and `growth.yaml`.
class LocalPathPlansTest {

    static Stream<PlanTable.Case> provision() {
        return PlanTable.read(LocalPathPlansTest.class, "provision.yaml");
    }

    @ParameterizedTest
    @MethodSource("provision")
    void provisioned(PlanTable.Case row) {
        row.verify(ProvisionPlan.of(row.object(PersistentVolumeClaim.class), row.objects(StorageClass.class).stream().findFirst().orElse(null), row.objects(Node.class),
                row.objects(PersistentVolume.class)));
    }

    static Stream<PlanTable.Case> reclaim() {
        return PlanTable.read(LocalPathPlansTest.class, "reclaim.yaml");
    }

    @ParameterizedTest
    @MethodSource("reclaim")
    void reclaimed(PlanTable.Case row) {
        row.verify(ReclaimPlan.of(row.object(PersistentVolume.class), !row.options().path("nodeIsGone").asBoolean(), row.options().path("heir").asText(null)));
    }

    static Stream<PlanTable.Case> growth() {
        return PlanTable.read(LocalPathPlansTest.class, "growth.yaml");
    }

    @ParameterizedTest
    @MethodSource("growth")
    void grown(PlanTable.Case row) {
        row.verify(GrowthPlan.of(row.object(PersistentVolumeClaim.class), row.object(PersistentVolume.class), row.now()));
    }
}
