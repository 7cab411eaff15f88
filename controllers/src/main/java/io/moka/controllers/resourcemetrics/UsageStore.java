package io.moka.controllers.resourcemetrics;

import io.moka.machinery.client.ApiException;
import io.moka.machinery.time.TimeSource;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the last two readings of each node, and reads a node again on a request if its last reading is old. Safe for any number of threads: one reads, the
/// others wait for it.
final class UsageStore {

    private static final Logger log = LoggerFactory.getLogger(UsageStore.class);
    /// The time for which a reading is reused.
    private static final Duration FRESH = Duration.ofSeconds(10);
    /// The greatest age of an earlier reading from which the present usage is computed.
    private static final Duration OLDEST_BEFORE = Duration.ofMinutes(2);
    private static final Duration SHORTEST_WINDOW = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// Reads one node.
    interface Reader {

        /// @throws ApiException where the node does not answer
        NodeReading read(String node);
    }

    /// The last two readings of a node.
    ///
    /// @param before the earlier reading; null if there is none
    record Pair(@Nullable NodeReading before, NodeReading now) {

        Counter.@Nullable Usage node() {
            return now.node() == null ? null : now.node().since(before == null ? null : before.node());
        }

        Map<NodeReading.Container, Counter.Usage> containers() {
            var usages = new HashMap<NodeReading.Container, Counter.Usage>();
            now.containers().forEach((container, counter) -> {
                var usage = counter.since(before == null ? null : before.containers().get(container));
                if (usage != null) {
                    usages.put(container, usage);
                }
            });
            return usages;
        }
    }

    private final Reader reader;
    private final TimeSource clock;
    private final ReentrantLock reading = new ReentrantLock();

    // guarded by the lock
    private final Map<String, Pair> pairs = new HashMap<>();
    private Instant readAt = Instant.MIN;

    UsageStore(Reader reader, TimeSource clock) {
        this.reader = reader;
        this.clock = clock;
    }

    /// Returns the readings of these nodes, without nodes that do not answer.
    Map<String, Pair> of(Collection<String> nodes) throws InterruptedException {
        reading.lockInterruptibly();
        try {
            pairs.keySet().retainAll(new HashSet<>(nodes));
            if (clock.instant().isBefore(readAt) || !clock.instant().isBefore(readAt.plus(FRESH)) || !pairs.keySet().containsAll(nodes)) {
                read(nodes);
                if (pairs.values().stream().anyMatch(pair -> pair.before == null)) {
                    // there is no recent reading: the difference of the counters within a second gives the present usage
                    clock.sleep(SHORTEST_WINDOW);
                    read(nodes);
                }
                readAt = clock.instant();
            }
            return Map.copyOf(pairs);
        } finally {
            reading.unlock();
        }
    }

    private void read(Collection<String> nodes) throws InterruptedException {
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = new HashMap<String, Future<NodeReading>>();
            nodes.forEach(node -> asked.put(node, tasks.submit(() -> reader.read(node))));
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            for (var entry : asked.entrySet()) {
                var now = await(entry.getKey(), entry.getValue(), deadline - System.nanoTime());
                var before = pairs.get(entry.getKey());
                if (now == null) {
                    pairs.remove(entry.getKey());
                } else {
                    boolean recent = before != null && before.now.at().isAfter(now.at().minus(OLDEST_BEFORE)) && before.now.at().isBefore(now.at());
                    pairs.put(entry.getKey(), new Pair(recent ? before.now : null, now));
                }
            }
            tasks.shutdownNow();
        }
    }

    private static @Nullable NodeReading await(String node, Future<NodeReading> answer, long nanos) throws InterruptedException {
        try {
            return answer.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof ApiException || e.getCause() instanceof UncheckedIOException)) {
                throw new IllegalStateException(e.getCause());
            }
            log.info("node {} does not tell what it uses: {}", node, e.getCause().getMessage());
        } catch (TimeoutException e) {
            log.info("node {} has not told within {} s what it uses", node, PATIENCE.toSeconds());
        }
        return null;
    }
}
