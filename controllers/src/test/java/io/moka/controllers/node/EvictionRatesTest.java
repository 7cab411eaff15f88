package io.moka.controllers.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvictionRatesTest {

    private static final long SECOND = 1_000_000_000L;

    private static List<Node> zone(String name, int ready, int unready) {
        var nodes = new ArrayList<Node>();
        for (int i = 0; i < ready + unready; i++) {
            nodes.add(new NodeBuilder().withNewMetadata().withName(name + i).withLabels(Map.of("topology.kubernetes.io/zone", name)).endMetadata()
                    .withNewStatus().addNewCondition().withType("Ready").withStatus(i < unready ? "Unknown" : "True").endCondition().endStatus().build());
        }
        return nodes;
    }

    @ParameterizedTest
    @CsvSource({"1, 0, NORMAL", "0, 1, FULL", "0, 9, FULL", "8, 2, NORMAL", "1, 2, NORMAL", "2, 3, PARTIAL", "5, 5, NORMAL", "4, 5, PARTIAL", "45, 55, PARTIAL"})
    void aZoneIsJudgedByItsShareOfUnreadyNodes(int ready, int unready, EvictionRates.Zone state) {
        assertEquals(state, EvictionRates.state(zone("z", ready, unready)));
    }

    @Test
    void inANormalZoneOneNodeGoesEachTenSeconds() {
        var rates = new EvictionRates();
        var nodes = zone("z", 8, 2);
        assertEquals(Duration.ZERO, rates.wait(nodes.get(0), nodes, 0));
        assertEquals(Duration.ofSeconds(7), rates.wait(nodes.get(1), nodes, 3 * SECOND));
        assertEquals(Duration.ZERO, rates.wait(nodes.get(1), nodes, 10 * SECOND));
    }

    @Test
    void zonesDoNotWaitForEachOther() {
        var rates = new EvictionRates();
        var nodes = new ArrayList<>(zone("a", 8, 2));
        nodes.addAll(zone("b", 8, 2));
        assertEquals(Duration.ZERO, rates.wait(nodes.getFirst(), nodes, 0));
        assertEquals(Duration.ZERO, rates.wait(nodes.get(10), nodes, 0));
    }

    @Test
    void inALargeZoneThatIsMostlySilentOneGoesEachHundredSeconds() {
        var rates = new EvictionRates();
        var nodes = zone("z", 20, 40);
        assertEquals(Duration.ZERO, rates.wait(nodes.get(0), nodes, 0));
        assertEquals(Duration.ofSeconds(90), rates.wait(nodes.get(1), nodes, 10 * SECOND));
    }

    @Test
    void inASmallZoneThatIsMostlySilentNoneGoes() {
        var nodes = zone("z", 2, 6);
        assertTrue(new EvictionRates().wait(nodes.getFirst(), nodes, 0).isPositive());
    }

    @Test
    void aZoneThatIsSilentAsAWholeGoesWhereAnotherIsReady() {
        var nodes = new ArrayList<>(zone("dead", 0, 3));
        nodes.addAll(zone("alive", 1, 0));
        assertFalse(EvictionRates.allDisrupted(nodes));
        assertEquals(Duration.ZERO, new EvictionRates().wait(nodes.getFirst(), nodes, 0));
    }

    @Test
    void whereNoNodeIsReadyNoneGoes() {
        var nodes = zone("z", 0, 3);
        assertTrue(EvictionRates.allDisrupted(nodes));
        assertTrue(new EvictionRates().wait(nodes.getFirst(), nodes, 0).isPositive());
        assertFalse(EvictionRates.allDisrupted(List.of()));
    }
}
