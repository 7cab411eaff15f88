package io.moka.scheduler.priorities;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.scheduler.cache.Fixtures;
import io.moka.scheduler.framework.Priority;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrioritiesTest {

    @ParameterizedTest
    @CsvSource({"'', 1, 2Gi, 75", "3, 1, 4Gi, 25", "4, 1, 8Gi, 0"})
    void leastAllocatedCountsWhatIsLeft(String usedCpu, String cpu, String memory, long score) {
        var used = usedCpu.isEmpty() ? new io.fabric8.kubernetes.api.model.Pod[0] : new io.fabric8.kubernetes.api.model.Pod[] {Fixtures.pod("q", usedCpu, usedCpu.equals("4") ? "8Gi" : "0").build()};
        var scores = new LeastAllocated().scores(Fixtures.info(Fixtures.pod("p", cpu, memory)), List.of(Fixtures.info(Fixtures.node("a"), used)));
        assertTrue(Math.abs(scores[0] - score) <= 2, "scored " + scores[0]);
    }

    @ParameterizedTest
    @CsvSource({"2, 4Gi, 100", "4, 0, 50", "1, 6Gi, 75"})
    void balancedAllocationPrefersEqualShares(String cpu, String memory, long score) {
        assertArrayEquals(new long[] {score}, new BalancedAllocation().scores(Fixtures.info(Fixtures.pod("p", cpu, memory)), List.of(Fixtures.info(Fixtures.node("a")))));
    }

    @Test
    void scoresAreStretchedToAHundred() {
        assertArrayEquals(new long[] {0, 50, 100}, Priority.normalize(new long[] {0, 5, 10}, false));
        assertArrayEquals(new long[] {100, 50, 0}, Priority.normalize(new long[] {0, 5, 10}, true));
        assertArrayEquals(new long[] {0, 0}, Priority.normalize(new long[] {0, 0}, false));
        assertArrayEquals(new long[] {100, 100}, Priority.normalize(new long[] {0, 0}, true));
    }

    @Test
    void everyScoreIsBetweenNothingAndAHundred() {
        var empty = Fixtures.node("empty").editStatus().addToAllocatable("cpu", new Quantity("0")).addToAllocatable("memory", new Quantity("0")).endStatus();
        var nodes = List.of(Fixtures.info(Fixtures.node("a")), Fixtures.info(empty), Fixtures.info(Fixtures.node("full"), Fixtures.pod("q", "40", "80Gi").build()));
        for (var priority : StandalonePriorities.all()) {
            for (long score : priority.scores(Fixtures.info(Fixtures.pod("p")), nodes)) {
                assertTrue(score >= 0 && score <= Priority.MAX, priority.name() + " scored " + score);
            }
        }
    }
}
