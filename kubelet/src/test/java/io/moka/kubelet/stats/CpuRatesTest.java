package io.moka.kubelet.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CpuRatesTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final CpuRates rates = new CpuRates();

    private Long next(String group, long cpuNanos, long millis) {
        return rates.next(group, cpuNanos, START.plusMillis(millis));
    }

    @Test
    void rateIsThatBetweenTheLastTwoReadings() {
        assertNull(next("/a", 5_000_000_000L, 0));
        assertEquals(500_000_000, next("/a", 6_000_000_000L, 2_000));
        assertEquals(0, next("/a", 6_000_000_000L, 12_000));
        assertEquals(2_000_000_000, next("/a", 8_000_000_000L, 13_000), "two cores");
    }

    @Test
    void groupsHaveRatesOfTheirOwn() {
        next("/a", 0, 0);
        assertNull(next("/b", 7, 1_000));
        assertEquals(100, next("/a", 100, 1_000));
        rates.retain(List.of("/b"));
        assertNull(next("/a", 200, 2_000), "a group that was gone begins anew");
        assertEquals(3, next("/b", 10, 2_000));
    }

    @Test
    void readingsInQuickSuccessionCountAsOne() {
        assertNull(next("/a", 0, 0));
        assertNull(next("/a", 90, 100));
        assertEquals(1_000, next("/a", 1_000, 1_000), "since the first of them");
        assertEquals(1_000, next("/a", 1_010, 1_010));
    }

    @Test
    void noRateWhereClockOrCounterWereSetBack() {
        next("/a", 1_000, 10_000);
        assertNull(next("/a", 2_000, 0));
        assertEquals(1_000, next("/a", 3_000, 1_000));
        assertNull(next("/a", 10, 2_000));
    }
}
