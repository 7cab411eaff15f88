package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.machinery.storage.LocalPath;
import io.moka.machinery.storage.StorageNames;
import io.moka.machinery.storage.VolumeState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VolumeTableTest {

    private static PersistentVolumeClaim claim(String name) {
        return new PersistentVolumeClaimBuilder().withNewMetadata().withNamespace("shop").withName(name).endMetadata().withNewSpec().withStorageClassName("local-path").endSpec().build();
    }

    private static PersistentVolume volume(Map<String, String> annotations) {
        return new PersistentVolumeBuilder().withNewMetadata().withName("v").withLabels(Map.of(LocalPath.NODE, "alpha")).withAnnotations(annotations).endMetadata()
                .withNewSpec().withCapacity(Map.of("storage", new Quantity("1Gi"))).withNewLocal().withPath("/vols/shop/data").endLocal().endSpec().build();
    }

    @Test
    void eachVolumeHasALine() {
        var here = Map.of(StorageNames.PROVISIONED_BY, LocalPath.PROVISIONER, LocalPath.ROOT, "/vols");
        var moved = Map.of(StorageNames.PROVISIONED_BY, LocalPath.PROVISIONER, LocalPath.ROOT, "/vols", LocalPath.MOVED_TO, "/ssd");
        var state = new VolumeState("o", "", "/ssd/shop/data", 40L << 20, List.of(new VolumeState.Snapshot("monday", Instant.parse("2026-11-23T08:00:00.123Z"), 1L << 30)));
        var table = new VolumeTable(List.of(new VolumeOrders.Listed(new VolumeOrders.Bound(claim("data"), volume(moved)), List.of("web-0", "web-1"), state),
                new VolumeOrders.Listed(new VolumeOrders.Bound(claim("of-a-silent-node"), volume(here)), List.of(), null)));
        assertEquals("""
                NAMESPACE  CLAIM             CLASS       SIZE  USED  NODE   PATH             PODS         SNAPSHOTS
                shop       data              local-path  1Gi   40Mi  alpha  /ssd/shop/data   web-0,web-1  monday (2026-11-23T08:00:00Z)
                shop       of-a-silent-node  local-path  1Gi   ?     alpha  /vols/shop/data  -            ?
                """, table.text());
    }
}
