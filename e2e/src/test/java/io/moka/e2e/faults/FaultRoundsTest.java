package io.moka.e2e.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each round injects one fault into each cluster during a roll-out, at the same time, as most of a round is waiting; within a minute after the last of
/// them is over the clusters must match their objects. At the end the records of a client and of a watch that ran all the time must agree with the stored
/// objects, and no resources may have leaked.
@Tag("faults")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FaultRoundsTest {

    private static final int FIRST = Integer.getInteger("moka.fault.first", 0);
    private static final int CLUSTERS = Integer.getInteger("moka.fault.clusters", 2);
    private static final List<TargetCluster> TARGETS = new ArrayList<>();
    private static final List<Double> CONVERGED_SECONDS = new ArrayList<>();

    @BeforeAll
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    static void start() throws Exception {
        for (int number = FIRST; number < FIRST + CLUSTERS; number++) {
            TARGETS.add(TargetCluster.start(number));
        }
    }

    @AfterAll
    static void stop() {
        TARGETS.forEach(TargetCluster::stop);
        // a round that failed is run again by the same process
        TARGETS.clear();
    }

    /// @param faults one for each cluster; the last round may have fewer
    record Round(int number, List<Fault> faults) {

        @Override
        public String toString() {
            return number + ": " + faults;
        }
    }

    static Stream<Round> rounds() {
        var random = new Random(Long.getLong("moka.fault.seed", 1));
        var times = Fault.Range.parse(System.getProperty("moka.fault.seconds", "2-4"));
        boolean clock = Boolean.getBoolean("moka.fault.clock");
        // the clusters have one engine, so one of them alone may choose it
        boolean engine = TARGETS.getFirst().ownsEngine();
        var faults = IntStream.range(0, Integer.getInteger("moka.fault.rounds", 40)).mapToObj(i -> Fault.choose(random, times, engine && i % CLUSTERS == 0, clock)).toList();
        int rounds = (faults.size() + CLUSTERS - 1) / CLUSTERS;
        return IntStream.range(0, rounds).mapToObj(round -> new Round(round + 1, faults.subList(round * CLUSTERS, Math.min(faults.size(), (round + 1) * CLUSTERS))));
    }

    @ParameterizedTest
    @MethodSource("rounds")
    @Order(1)
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void theClustersConverge(Round round) throws Exception {
        atOnce(IntStream.range(0, round.faults().size()).mapToObj(i -> () -> TARGETS.get(i).suffer(round.faults().get(i))));
        long begin = System.nanoTime();
        atOnce(TARGETS.stream().map(target -> () -> target.requireRecovery(round.toString())));
        CONVERGED_SECONDS.add((System.nanoTime() - begin) / 1e9);
    }

    @Test
    @Order(2)
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void theRecordsAgreeAndNothingIsLeftOver() throws Exception {
        System.out.printf("fault rounds: converged after %.1f s in the median, %.1f s at most%n", percentile(50), percentile(100));
        for (var target : TARGETS) {
            target.requireNothingLeft();
        }
    }

    /// Runs the actions side by side and throws the failure of the first that failed.
    private static void atOnce(Stream<Runnable> actions) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var running : actions.map(threads::submit).toList()) {
                running.get();
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Error failed -> throw failed;
                case Exception failed -> throw failed;
                default -> throw e;
            }
        }
    }

    private static double percentile(int percent) {
        var sorted = CONVERGED_SECONDS.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get((sorted.size() - 1) * percent / 100);
    }
}
