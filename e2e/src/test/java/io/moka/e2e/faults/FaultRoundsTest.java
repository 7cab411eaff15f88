package io.moka.e2e.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moka.e2e.Shell;
import io.moka.e2e.TestCluster;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ClientConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each round injects one fault during a roll-out; within a minute after its end the cluster must match its objects. At the end the records of
/// a client and of a watch that ran all the time must agree with the stored objects, and no resources may have leaked.
///
/// System properties make it longer: `moka.fault.rounds`, `moka.fault.seconds` (shortest and longest time of a freeze, a cut or a wrong clock), `moka.fault.seed`,
/// `moka.fault.clock` (whether the machine's clock is changed, too). Several runs can go on at once, each with its own `moka.fault.cluster` (a number from 0 to 9).
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FaultRoundsTest {

    private static final Duration CONVERGENCE = Duration.ofSeconds(60);
    private static final String NAMESPACE = "faults";
    private static final int NUMBER = Integer.getInteger("moka.fault.cluster", 0);
    private static final TestCluster CLUSTER = new TestCluster("e2e-faults" + (NUMBER == 0 ? "" : NUMBER), 45_000 + 1_000 * NUMBER);

    private static Injector injector;
    private static ApiClient client;
    private static ClusterView view;
    private static Witness witness;
    private static WatchBook watch;
    private static Counts before;
    private static final List<Double> CONVERGED_SECONDS = new ArrayList<>();

    @BeforeAll
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    static void start() throws Exception {
        CLUSTER.down();
        // the DNS server starts in the background, and its containers would count as leaked
        CLUSTER.up("--no-dns");
        injector = new Injector(CLUSTER);
        CLUSTER.createNamespace(NAMESPACE);
        client = new ApiClient(ClientConfig.load(CLUSTER.folder().resolve("kubeconfig"), null, "moka-faults"));
        view = new ClusterView(CLUSTER, client, NAMESPACE);
        view.create();
        witness = new Witness(client, NAMESPACE);
        witness.start();
        watch = new WatchBook(client, NAMESPACE);
        watch.start();
        awaitConvergence("the start");
        before = Counts.of(CLUSTER);
    }

    @AfterAll
    static void stop() {
        witness.close();
        watch.close();
        client.close();
        CLUSTER.down();
    }

    private static void awaitConvergence(String after) {
        Shell.await("convergence after " + after, CONVERGENCE, view::complaint, String::isEmpty);
    }

    record Round(int number, Fault fault) {

        @Override
        public String toString() {
            return number + ": " + fault;
        }
    }

    static Stream<Round> rounds() {
        var random = new Random(Long.getLong("moka.fault.seed", 1));
        var times = Fault.Range.parse(System.getProperty("moka.fault.seconds", "2-4"));
        boolean clock = Boolean.getBoolean("moka.fault.clock");
        return IntStream.rangeClosed(1, Integer.getInteger("moka.fault.rounds", 40))
                .mapToObj(number -> new Round(number, Fault.choose(random, times, injector.ownsEngine(), clock)));
    }

    @ParameterizedTest
    @MethodSource("rounds")
    @Order(1)
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void theClusterConverges(Round round) {
        view.rollOut();
        injector.inject(round.fault());
        long begin = System.nanoTime();
        awaitConvergence(round.fault().toString());
        CONVERGED_SECONDS.add((System.nanoTime() - begin) / 1e9);
        assertEquals(List.of(), witness.violations());
        assertEquals(List.of(), watch.compare(witness.acknowledged(), CONVERGENCE));
    }

    @Test
    @Order(2)
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void theBooksAgreeAndNothingIsLeftOver() throws Exception {
        System.out.printf("fault rounds: converged after %.1f s in the median, %.1f s at most; %s; %s%n", percentile(50), percentile(100), witness.summary(), watch.summary());
        assertEquals(List.of(), witness.finish());
        assertEquals(List.of(), watch.compare(witness.acknowledged(), CONVERGENCE));
        Shell.await("everything that was taken is given back", Duration.ofSeconds(90), FaultRoundsTest::grown, "[]"::equals);
    }

    private static String grown() {
        try {
            return Counts.of(CLUSTER).grownSince(before).toString();
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }

    private static double percentile(int percent) {
        var sorted = CONVERGED_SECONDS.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get((sorted.size() - 1) * percent / 100);
    }
}
