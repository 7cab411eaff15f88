package io.moka.machinery.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.time.Sleeper;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeapKeeperTest {

    private static final long MIB = 1 << 20;

    private final HeapKeeper keeper = new HeapKeeper(20 * MIB, Sleeper.SYSTEM);

    /// How many of so many intervals ask for a collection.
    private long due(int intervals, long bytes) {
        return IntStream.range(0, intervals).filter(i -> keeper.isDue(bytes)).count();
    }

    @Test
    void aSmallHeapMayGrowByTenMebibytes() {
        assertFalse(keeper.isDue(30 * MIB));
        assertTrue(keeper.isDue(31 * MIB));
    }

    @Test
    void aHeapOfMiddleSizeMayGrowByAQuarter() {
        keeper.collected(60 * MIB);
        assertFalse(keeper.isDue(75 * MIB));
        assertTrue(keeper.isDue(76 * MIB));
    }

    @Test
    void aLargeHeapMayGrowByHalf() {
        keeper.collected(200 * MIB);
        assertFalse(keeper.isDue(300 * MIB));
        assertTrue(keeper.isDue(301 * MIB));
    }

    @Test
    void aHeapThatHasGrownAndGrowsNoMoreIsCollectedAfterAQuarterOfAMinute() {
        assertEquals(0, due(15, 25 * MIB));
        assertEquals(1, due(1, 25 * MIB));
    }

    @Test
    void aHeapThatGrowsIsLeftUntilItHasGrownByEnough() {
        for (int second = 0; second < 60; second++) {
            assertFalse(keeper.isDue(25 * MIB + second));
        }
    }

    @Test
    void whatIsAliveIsNotCollectedAgain() {
        keeper.collected(25 * MIB);
        assertEquals(0, due(60, 26 * MIB));
    }
}
