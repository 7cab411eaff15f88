package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Sends requests to a service all the time while its pods are replaced one after the other, again and again. With grace and readiness as Kubernetes'
/// documentation advises (a pod goes on serving for a while after it was told to end, and is ready only when it answers) no request fails.
///
/// With `-Dmoka.full=true` it is 1,000 requests a second for a minute, after ten seconds of them without a roll.
class RollingServiceTest {

    private static final String NAMESPACE = "rolling";
    private static final boolean FULL = Boolean.getBoolean("moka.full");
    private static final int PER_SECOND = FULL ? 1_000 : 100;
    private static final int SECONDS = FULL ? 60 : 10;
    private static final int SECONDS_BEFORE = FULL ? 10 : 1;
    /// A slow answer is no failure, as the machine may be busy with other programs.
    private static final int PATIENCE_MILLIS = 60_000;
    private static final TestCluster CLUSTER = TestCluster.shared();

    @BeforeAll
    static void apply() throws IOException {
        CLUSTER.createNamespace(NAMESPACE);
        var server = HelloServer.class.getResource("HelloServer.class").getPath();
        CLUSTER.kubectl("create", "configmap", "classes", "-n", NAMESPACE, "--from-file=" + server).ok();
        var image = CLUSTER.kubectl("get", "deployment", "kube-dns", "-n", "kube-system", "-o", "jsonpath={.spec.template.spec.containers[0].image}").ok();
        var manifest = Files.readString(Shell.ROOT.resolve("e2e/src/test/resources/io/moka/e2e/rolling-service.yaml")).replace("moka-dns", image);
        CLUSTER.kubectlWithInput(manifest, "apply", "-n", NAMESPACE, "-f", "-").ok();
        rolledOut();
    }

    @AfterAll
    static void delete() {
        CLUSTER.kubectl("delete", "namespace", NAMESPACE, "--wait=false").ok();
    }

    private static void rolledOut() {
        CLUSTER.kubectl("rollout", "status", "-n", NAMESPACE, "deployment/web", "--timeout=180s").ok();
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void noRequestFailsWhileThePodsAreReplaced() throws InterruptedException {
        var address = new InetSocketAddress(CLUSTER.kubectl("get", "service", "web", "-n", NAMESPACE, "-o", "jsonpath={.spec.clusterIP}").ok(), 80);
        Shell.await("the service", Duration.ofSeconds(60), () -> ask(address), ""::equals);
        var quiet = new Requests(address, PER_SECOND * SECONDS_BEFORE);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            quiet.send(callers);
        }
        quiet.assertAnswered("while nothing changed");
        var requests = new Requests(address, PER_SECOND * SECONDS);
        int rolls = 0;
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var load = Thread.ofPlatform().start(() -> requests.send(callers));
            do {
                CLUSTER.kubectl("rollout", "restart", "-n", NAMESPACE, "deployment/web").ok();
                rolledOut();
                rolls++;
            } while (load.isAlive());
            load.join();
        }
        requests.assertAnswered("while the pods rolled " + rolls + " times");
    }

    /// Requests at a steady rate, whether earlier ones are answered or not, and what became of them.
    private static final class Requests {

        private final InetSocketAddress address;
        private final int count;
        private final AtomicInteger answered = new AtomicInteger();
        private final AtomicIntegerArray millis;
        /// How many failed in each second, by second and error.
        private final Map<String, Integer> failures = new ConcurrentHashMap<>();

        private Requests(InetSocketAddress address, int count) {
            this.address = address;
            this.count = count;
            this.millis = new AtomicIntegerArray(count);
        }

        private void send(ExecutorService callers) {
            long begin = System.nanoTime();
            for (int i = 0; i < count; i++) {
                long due = begin + i * 1_000_000_000L / PER_SECOND;
                int number = i;
                LockSupport.parkNanos(due - System.nanoTime());
                callers.submit(() -> {
                    var failure = ask(address);
                    millis.set(number, (int) ((System.nanoTime() - due) / 1_000_000));
                    if (failure.isEmpty()) {
                        answered.incrementAndGet();
                    } else {
                        failures.merge("second %02d: %s".formatted(number / PER_SECOND, failure), 1, Integer::sum);
                    }
                });
            }
        }

        private void assertAnswered(String when) {
            var sorted = new int[count];
            Arrays.setAll(sorted, millis::get);
            Arrays.sort(sorted);
            System.err.printf("%,d requests, %d a second, %s: %,d answered, p50 %d ms, p99 %d ms, the last %d ms after it was due%n", count, PER_SECOND, when, answered.get(),
                    sorted[count / 2], sorted[count * 99 / 100], sorted[count - 1]);
            assertTrue(failures.isEmpty(), () -> when + ", " + (count - answered.get()) + " failed: " + new TreeMap<>(failures));
            assertEquals(count, answered.get());
        }
    }

    /// Requests the page on a new connection. Returns the error, or an empty string.
    private static String ask(InetSocketAddress address) {
        try (var socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(address, PATIENCE_MILLIS);
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.contains(" 200 OK") && answer.endsWith("Hello\n") ? "" : "answered " + answer;
        } catch (IOException e) {
            return e.toString();
        }
    }
}
