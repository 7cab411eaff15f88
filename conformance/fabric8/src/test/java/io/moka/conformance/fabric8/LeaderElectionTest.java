package io.moka.conformance.fabric8;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Leader election among several clients, by a Lease.
class LeaderElectionTest extends ClusterTest {

    private static String namespace;
    private final BlockingQueue<String> leaders = new LinkedBlockingQueue<>();

    @BeforeAll
    static void begin() {
        namespace = namespace(LeaderElectionTest.class);
    }

    private LeaderElector elector(String identity) {
        var callbacks = new LeaderCallbacks(() -> leaders.add(identity + " leads"), () -> leaders.add(identity + " no longer leads"), seen -> { });
        return CLIENT.leaderElector().withConfig(new LeaderElectionConfigBuilder().withName("test").withLock(new LeaseLock(namespace, "lock", identity))
                .withLeaseDuration(Duration.ofSeconds(5)).withRenewDeadline(Duration.ofSeconds(3)).withRetryPeriod(Duration.ofMillis(200))
                .withReleaseOnCancel(true).withLeaderCallbacks(callbacks).build()).build();
    }

    @Test
    void anotherLeadsWhenTheLeaderLetsGo() throws InterruptedException {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = elector("first").start();
            assertEquals("first leads", leaders.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
            var second = elector("second").start();
            var lease = CLIENT.leases().inNamespace(namespace).withName("lock");
            assertEquals("first", lease.get().getSpec().getHolderIdentity());
            executor.submit(() -> first.cancel(true));
            assertEquals("first no longer leads", leaders.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
            assertEquals("second leads", leaders.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
            assertEquals("second", lease.get().getSpec().getHolderIdentity());
            second.cancel(true);
        }
    }
}
