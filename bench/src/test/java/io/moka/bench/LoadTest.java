package io.moka.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoadTest {

    @Test
    void oneClientMakesEachCallInTurn() throws Exception {
        var calls = new ArrayList<Integer>();
        var samples = Load.inTurn(10, 5, calls::add);
        assertEquals(List.of(10, 11, 12, 13, 14), calls);
        assertEquals(5, samples.sorted().length);
    }

    @Test
    void manyClientsMakeEachCallOnce() throws Exception {
        var calls = new ConcurrentSkipListMap<Integer, Integer>();
        double rate = Load.perSecond(8, 100, 1_000, i -> calls.merge(i, 1, Integer::sum));
        assertEquals(IntStream.range(100, 1_100).boxed().toList(), List.copyOf(calls.keySet()));
        assertTrue(calls.values().stream().allMatch(times -> times == 1));
        assertTrue(rate > 0);
    }

    @Test
    void clientsCallAtTheSameTime() throws Exception {
        var together = new CountDownLatch(4);
        Load.perSecond(4, 0, 4, i -> {
            together.countDown();
            assertTrue(together.await(20, TimeUnit.SECONDS), "the others never called");
        });
    }

    @Test
    void aCallThatFailsIsNotCounted() {
        var failure = assertThrows(IllegalStateException.class, () -> Load.perSecond(2, 0, 10, i -> {
            throw new IOException("refused " + (i >= 0));
        }));
        assertEquals("refused true", failure.getMessage());
    }
}
