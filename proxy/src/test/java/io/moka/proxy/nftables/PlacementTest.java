package io.moka.proxy.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.proxy.model.Endpoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlacementTest {

    private static List<Endpoint> endpoints(int... hosts) {
        return IntStream.of(hosts).mapToObj(host -> new Endpoint("10.0.0." + host, 80)).toList();
    }

    @Test
    void theLastOneFillsAGap() {
        assertEquals(endpoints(1, 4, 3), Placement.arrange(endpoints(1, 2, 3, 4), endpoints(4, 3, 1)));
    }

    @Test
    void newOnesGoToTheEnd() {
        assertEquals(endpoints(2, 1, 3), Placement.arrange(endpoints(2, 1), endpoints(1, 2, 3)));
    }

    @Test
    void whoStaysKeepsThePlaceButTheLast() {
        var random = new Random(42);
        List<Endpoint> before = List.of();
        for (int round = 0; round < 5_000; round++) {
            var wanted = new ArrayList<>(IntStream.range(0, 20).filter(host -> random.nextBoolean()).mapToObj(host -> new Endpoint("10.0.0." + host, 80)).toList());
            Collections.shuffle(wanted, random);
            var after = Placement.arrange(before, wanted);
            assertEquals(new HashSet<>(wanted), new HashSet<>(after), "exactly what is wanted");
            assertEquals(wanted.size(), after.size(), "each once");
            int gone = (int) before.stream().filter(endpoint -> !wanted.contains(endpoint)).count();
            var old = before;
            long moved = before.stream().filter(wanted::contains).filter(endpoint -> old.indexOf(endpoint) != after.indexOf(endpoint)).count();
            assertTrue(moved <= gone, "no more move than leave: " + before + " to " + after);
            before = after;
        }
    }
}
