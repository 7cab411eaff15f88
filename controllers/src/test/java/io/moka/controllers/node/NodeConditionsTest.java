package io.moka.controllers.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Duration;
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

    @Test
    void aRangeOfAnotherSizeTakesAllThatItTouches() {
        var cidrs = new PodCidrs("10.244.0.0/22");
        assertEquals("10.244.2.0/24", cidrs.free(List.of("10.244.0.0/23", "nonsense", "010.244.2.0/24", "10.244.3.128/25", "fd00::/64", "192.168.0.0/16", "10.243.0.0/16")));
        assertNull(cidrs.free(List.of("10.0.0.0/8")));
    }

    private long nanos;

    private void pass(int seconds, Heartbeats heartbeats) {
        for (int i = 0; i < seconds; i++) {
            nanos += 1_000_000_000L;
            heartbeats.observe();
        }
    }

    @Test
    void onlyWhatChangesIsAHeartbeat() {
        var heartbeats = new Heartbeats(() -> nanos);
        var first = Instant.parse("2026-01-01T00:00:00Z");
        var lease = new LeaseBuilder().withNewMetadata().withName("n").endMetadata().withNewSpec().withRenewTime(first.atZone(ZoneOffset.UTC)).endSpec().build();
        heartbeats.seeLease(lease);
        assertEquals(Duration.ZERO, heartbeats.silence("n"));
        pass(30, heartbeats);
        heartbeats.seeLease(lease);
        assertEquals(Duration.ofSeconds(30), heartbeats.silence("n"), "the same lease seen again is no news");
        heartbeats.seeLease(new LeaseBuilder(lease).editSpec().withRenewTime(first.minusSeconds(3_600).atZone(ZoneOffset.UTC)).endSpec().build());
        assertEquals(Duration.ZERO, heartbeats.silence("n"), "our own clock counts, not the node's");
        heartbeats.forget("n");
        pass(5, heartbeats);
        assertEquals(Duration.ZERO, heartbeats.silence("n"), "never heard of: counts from the first question");
    }

    /// The controllers were stopped (SIGSTOP), or starved: they could not hear what the nodes said.
    @Test
    void silenceDoesNotCountWhileNobodyListened() {
        var heartbeats = new Heartbeats(() -> nanos);
        assertEquals(Duration.ZERO, heartbeats.silence("n"));
        pass(20, heartbeats);
        nanos += Duration.ofSeconds(120).toNanos();
        assertEquals(Duration.ZERO, heartbeats.silence("n"), "a worker may be the first to run after the pause");
        pass(39, heartbeats);
        assertEquals(Duration.ofSeconds(39), heartbeats.silence("n"));
        pass(2, heartbeats);
        assertEquals(Duration.ofSeconds(41), heartbeats.silence("n"), "then the grace begins anew");
    }
}
