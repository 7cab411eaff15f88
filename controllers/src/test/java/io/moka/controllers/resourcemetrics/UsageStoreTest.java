package io.moka.controllers.resourcemetrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.moka.machinery.time.VirtualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UsageStoreTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final NodeReading.Container WEB = new NodeReading.Container("n", "web", "main");

    private final AtomicInteger reads = new AtomicInteger();

    @Test
    void countersAreReadFromPrometheusText() {
        var reading = NodeReading.parse("""
                # TYPE container_cpu_usage_seconds_total counter
                container_cpu_usage_seconds_total{container="main",namespace="n",pod="web"} 12.5 1767225600250
                container_memory_working_set_bytes{container="main",namespace="n",pod="web"} 1.048576E6 1767225600250
                container_start_time_seconds{container="main",namespace="n",pod="web"} 1.7672256E9
                container_cpu_usage_seconds_total{container="half",namespace="n",pod="web"} 1 1767225600250
                pod_cpu_usage_seconds_total{namespace="n",pod="web"} 12.5 1767225600250
                node_cpu_usage_seconds_total 99 1767225600250
                node_memory_working_set_bytes 4096 1767225600250
                resource_scrape_error 0
                """, START);
        assertEquals(new Counter(START.plusMillis(250), 12.5, 1 << 20, START), reading.containers().get(WEB));
        assertEquals(1, reading.containers().size(), "a container without its memory is left out");
        assertEquals(99, Objects.requireNonNull(reading.node()).cpuSeconds());
    }

    @Test
    void usageIsTheDifferenceOfTwoReadingsOfOneRun() {
        var first = new Counter(START.plusSeconds(10), 5, 100, START);
        var second = new Counter(START.plusSeconds(30), 15, 200, START);
        assertEquals(new Counter.Usage(START.plusSeconds(30), Duration.ofSeconds(20), 500_000_000, 200), second.since(first));
        assertEquals(new Counter.Usage(START.plusSeconds(30), Duration.ofSeconds(30), 500_000_000, 200), second.since(null), "since its start");
        var restarted = new Counter(START.plusSeconds(40), 1, 50, START.plusSeconds(35));
        assertEquals(new Counter.Usage(START.plusSeconds(40), Duration.ofSeconds(5), 200_000_000, 50), restarted.since(second), "a new run has its own window");
        assertNull(new Counter(START, 5, 100, null).since(null), "a node has no start");
        assertNull(new Counter(START, 0, 100, START).since(null), "no time has passed");
    }

    @Test
    void aNodeIsReadTwiceAtFirstAndThenOnceInTenSeconds() throws Exception {
        var time = new VirtualTime();
        var store = new UsageStore(node -> reading(time.instant()), time);
        var asking = CompletableFuture.supplyAsync(() -> ask(store));
        time.passOnceAsleep(1, Duration.ofSeconds(1));
        assertNotNull(asking.get(10, TimeUnit.SECONDS).get("a").node(), "the difference within a second");
        assertEquals(2, reads.get());
        time.pass(Duration.ofSeconds(9));
        ask(store);
        assertEquals(2, reads.get(), "fresh enough");
        time.pass(Duration.ofSeconds(2));
        var later = ask(store);
        assertEquals(3, reads.get());
        assertEquals(Duration.ofSeconds(11), Objects.requireNonNull(later.get("a").node()).window());
    }

    @Test
    void aNodeThatDoesNotAnswerCostsItsOwnMetricsAlone() throws Exception {
        var time = new VirtualTime();
        var store = new UsageStore(node -> {
            if (node.equals("b")) {
                throw new UncheckedIOException(new IOException("no answer"));
            }
            return reading(time.instant());
        }, time);
        var asking = CompletableFuture.supplyAsync(() -> ask(store, "a", "b"));
        time.passOnceAsleep(1, Duration.ofSeconds(1));
        assertEquals(Set.of("a"), asking.get(10, TimeUnit.SECONDS).keySet());
    }

    private static Map<String, UsageStore.Pair> ask(UsageStore store, String... nodes) {
        try {
            return store.of(nodes.length == 0 ? List.of("a") : List.of(nodes));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private NodeReading reading(Instant now) {
        reads.incrementAndGet();
        return new NodeReading(now, new Counter(now, now.toEpochMilli() / 2_000d, 1, null), Map.of());
    }
}
