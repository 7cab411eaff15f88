package io.moka.scheduler.priorities;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.moka.scheduler.cache.Fixtures;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
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

    private static NodeInfo holding(String name, long megabytes) {
        return Fixtures.info(Fixtures.node(name).editStatus().addNewImage().withNames("big:1").withSizeBytes(megabytes << 20).endImage().endStatus());
    }

    @Test
    void imagesThatAreThereCountByTheirSizeAndHowManyHaveThem() {
        var pod = Fixtures.info(Fixtures.pod("p").editSpec().editFirstContainer().withImage("big:1").endContainer().endSpec());
        var init = Fixtures.info(Fixtures.pod("p").editSpec().addNewInitContainer().withName("i").withImage("big:1").endInitContainer().endSpec());
        assertArrayEquals(new long[] {100, 0}, new ImageLocality().scores(pod, List.of(holding("a", 4_000), Fixtures.info(Fixtures.node("b")))));
        assertArrayEquals(new long[] {48, 0}, new ImageLocality().scores(pod, List.of(holding("a", 1_000), Fixtures.info(Fixtures.node("b")))));
        assertArrayEquals(new long[] {0, 0}, new ImageLocality().scores(pod, List.of(holding("a", 20), Fixtures.info(Fixtures.node("b")))), "hardly worth it");
        assertArrayEquals(new long[] {100, 0}, new ImageLocality().scores(init, List.of(holding("a", 4_000), Fixtures.info(Fixtures.node("b")))), "an init container's counts too");
    }

    private static PodInfo sibling(String name, String controller, String app) {
        return Fixtures.info(Fixtures.pod(name).editMetadata().addToLabels("app", app)
                .addNewOwnerReference().withUid(controller).withController(true).endOwnerReference().endMetadata());
    }

    @Test
    void siblingsAreSpreadByControllerAndByService() {
        var service = new ServiceBuilder().withNewSpec().addToSelector("app", "web").endSpec().build();
        var nodes = List.of(Fixtures.info(Fixtures.node("a"), sibling("1", "rs", "web").pod(), sibling("2", "rs", "web").pod()),
                Fixtures.info(Fixtures.node("b"), sibling("3", "other", "web").pod()), Fixtures.info(Fixtures.node("c"), sibling("4", "other", "db").pod()));
        assertArrayEquals(new long[] {0, 100, 100}, new SelectorSpread(namespace -> List.of()).scores(sibling("p", "rs", "web"), nodes));
        assertArrayEquals(new long[] {0, 50, 100}, new SelectorSpread(namespace -> List.of(service)).scores(sibling("p", "rs", "web"), nodes));
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
