package io.moka.controllers.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeConditionsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "True | false | | ", "False | false | | not-ready:NoSchedule not-ready:NoExecute", "Unknown | false | | unreachable:NoSchedule unreachable:NoExecute",
        "True | true | | unschedulable:NoSchedule", "True | false | MemoryPressure | memory-pressure:NoSchedule", "True | false | DiskPressure | disk-pressure:NoSchedule",
        "True | false | PIDPressure | pid-pressure:NoSchedule", "False | true | DiskPressure | not-ready:NoSchedule not-ready:NoExecute disk-pressure:NoSchedule unschedulable:NoSchedule"})
    void taintsFollowFromConditions(String ready, boolean cordoned, String pressure, String taints) {
        var node = new NodeBuilder().withNewMetadata().withName("n").endMetadata().withNewSpec().withUnschedulable(cordoned).endSpec()
                .withNewStatus().addNewCondition().withType("Ready").withStatus(ready).endCondition()
                .addNewCondition().withType(pressure == null ? "Other" : pressure).withStatus("True").endCondition().endStatus().build();
        var found = NodeConditions.taints(node).stream().map(taint -> taint.getKey().replace("node.kubernetes.io/", "") + ":" + taint.getEffect()).toList();
        assertEquals(taints == null ? List.of() : List.of(taints.split(" ")), found);
    }

    @Test
    void aNodeThatHasSaidNothingIsUnreachable() {
        var silent = new NodeBuilder().withNewMetadata().withName("n").endMetadata().withNewSpec().endSpec().build();
        assertEquals("Unknown", NodeConditions.readyStatus(silent));
        assertTrue(NodeConditions.isOurs(NodeConditions.taints(silent).getFirst()));
        assertTrue(!NodeConditions.isOurs(new TaintBuilder().withKey("dedicated").build()));
    }

    @Test
    void eachNodeGetsARangeOfItsOwnUntilThereIsNoneLeft() {
        var cidrs = new PodCidrs("10.244.0.0/22");
        var used = new ArrayList<String>();
        for (int i = 0; i < 4; i++) {
            used.add(cidrs.free(used));
        }
        assertEquals(List.of("10.244.0.0/24", "10.244.1.0/24", "10.244.2.0/24", "10.244.3.0/24"), used);
        assertNull(cidrs.free(used));
        used.remove("10.244.2.0/24");
        assertEquals("10.244.2.0/24", cidrs.free(used), "a range that came back is given again");
        assertEquals("10.0.0.0/24", new PodCidrs("10.0.0.77/8").free(new HashSet<>()));
    }

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void onlyWhatChangesIsAHeartbeat() {
        var heartbeats = new Heartbeats(() -> now);
        var first = now;
        var lease = new LeaseBuilder().withNewMetadata().withName("n").endMetadata().withNewSpec().withRenewTime(first.atZone(ZoneOffset.UTC)).endSpec().build();
        heartbeats.seeLease(lease);
        assertEquals(first, heartbeats.last("n"));
        now = now.plusSeconds(30);
        heartbeats.seeLease(lease);
        assertEquals(first, heartbeats.last("n"), "the same lease seen again is no news");
        heartbeats.seeLease(new LeaseBuilder(lease).editSpec().withRenewTime(now.minusSeconds(3_600).atZone(ZoneOffset.UTC)).endSpec().build());
        assertEquals(now, heartbeats.last("n"), "our own clock counts, not the node's");
        heartbeats.forget("n");
        now = now.plusSeconds(5);
        assertEquals(now, heartbeats.last("n"), "never heard of: counts from the first question");
    }
}
