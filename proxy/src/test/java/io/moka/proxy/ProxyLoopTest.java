package io.moka.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.time.Sleeper;
import io.moka.proxy.contract.NetworkNamespace;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.HealthCheck;
import io.moka.proxy.model.IpFamily;
import io.moka.proxy.model.NodeView;
import io.moka.proxy.nftables.NftablesRuleSet;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The loop with the real nft, in a network namespace of its own.
class ProxyLoopTest {

    private static final ObjectKey GOOD = new ObjectKey("default", "good");
    private static final ObjectKey BAD = new ObjectKey("default", "bad");
    private static final ObjectKey UNREADABLE = new ObjectKey("default", "unreadable");

    private final AtomicLong nanos = new AtomicLong();
    private final Map<ObjectKey, Service> services = new ConcurrentHashMap<>();
    private final ServiceChanges changes = new ServiceChanges(nanos::get);
    private final List<String> refusals = new CopyOnWriteArrayList<>();
    private final Map<ObjectKey, Map<Front, Backends>> followed = new ConcurrentHashMap<>();
    private volatile NodeView nodeView = new NodeView("here", "", List.of("192.0.2.1"), false);
    private volatile boolean failing;
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final List<Duration> pauses = new CopyOnWriteArrayList<>();
    private NetworkNamespace node;
    private ProxyLoop loop;
    private Thread thread;

    @BeforeEach
    void start() throws IOException {
        node = new NetworkNamespace();
        var view = new ServiceView() {
            @Override
            public List<ObjectKey> keys() {
                return List.copyOf(services.keySet());
            }

            @Override
            public @Nullable Service service(ObjectKey key) {
                return services.get(key);
            }

            @Override
            public List<EndpointSlice> slices(ObjectKey service) {
                if (service.equals(UNREADABLE)) {
                    throw new IllegalStateException("such an object must not stop the loop");
                }
                return List.of(new EndpointSliceBuilder().withAddressType("IPv4").addNewPort().withPort(8080).endPort()
                        .addNewEndpoint().withAddresses("10.244.0.2").endEndpoint().build());
            }
        };
        var rules = new NftablesRuleSet("moka-test", ClusterNetwork.of(IpFamily.IPV4, "10.244.0.0/16", "10.96.0.0/12"), node.tools());
        var follower = new ProxyLoop.Follower() {
            @Override
            public void set(ObjectKey service, Map<Front, Backends> fronts, @Nullable HealthCheck check) {
                followed.put(service, fronts);
            }

            @Override
            public void retain(Set<ObjectKey> present) {
                followed.keySet().retainAll(present);
            }
        };
        loop = new ProxyLoop(view, changes, rules, this::node, new PortClaims((key, reason) -> refusals.add(key.name() + ": " + reason), () -> now), follower, (service, reason) -> refusals.add(service.getMetadata().getName() + ": " + reason), () -> now, pause -> {
            pauses.add(pause);
            Sleeper.SYSTEM.sleep(Duration.ofMillis(1));
        });
        thread = Thread.ofVirtual().unstarted(loop);
    }

    private NodeView node() {
        if (failing) {
            throw new IllegalStateException("a defect");
        }
        return nodeView;
    }

    @AfterEach
    void stop() throws Exception {
        thread.interrupt();
        thread.join();
        node.close();
    }

    private void set(ObjectKey key, String protocol, String address) {
        services.put(key, new ServiceBuilder().withNewMetadata().withNamespace(key.namespace()).withName(key.name()).endMetadata()
                .withNewSpec().withClusterIP(address).addNewPort().withProtocol(protocol).withPort(80).endPort().endSpec().build());
        changes.add(key);
    }

    private String services() {
        try {
            return node.run("nft", "list", "map", "ip", "moka-test", "services");
        } catch (IOException notYet) {
            return "";
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "in vain for 30 s");
            LockSupport.parkNanos(10_000_000);
        }
    }

    @Test
    void aRefusedServiceAtTheStartIsSetAsideAndTheOthersAreServed() {
        set(BAD, "nonsense", "10.96.0.6");
        set(UNREADABLE, "TCP", "10.96.0.7");
        set(GOOD, "TCP", "10.96.0.5");
        assertFalse(loop.isReady());
        thread.start();
        await(() -> services().contains("10.96.0.5"));
        await(loop::isReady);
        assertFalse(services().contains("10.96.0.6"));
        assertTrue(refusals.stream().anyMatch(refusal -> refusal.startsWith("bad: nft: ")), refusals::toString);
        assertTrue(refusals.stream().anyMatch(refusal -> refusal.startsWith("unreadable: ") && refusal.contains("must not stop the loop")), refusals::toString);
    }

    @Test
    void aServiceThatIsRefusedLaterStopsNoOtherChangeAndIsServedOnceItIsMended() {
        set(GOOD, "TCP", "10.96.0.5");
        set(BAD, "TCP", "10.96.0.6");
        thread.start();
        await(() -> services().contains("10.96.0.6"));
        set(BAD, "nonsense", "10.96.0.6");
        await(() -> !services().contains("10.96.0.6"));
        set(GOOD, "TCP", "10.96.0.9");
        await(() -> services().contains("10.96.0.9"));
        assertFalse(services().contains("10.96.0.5"));
        changes.add(BAD);
        set(GOOD, "TCP", "10.96.0.10");
        await(() -> services().contains("10.96.0.10"));
        assertEquals(1, refusals.size(), "unchanged, it is not tried again before its time: " + refusals);
        now = now.plus(SetAside.RETRY);
        changes.add(BAD);
        await(() -> refusals.size() == 2);
        set(BAD, "UDP", "10.96.0.6");
        await(() -> services().contains("10.96.0.6"));
        await(loop::isReady);
    }

    @Test
    void aChangeOfTheNodeReplacesEverything() throws IOException {
        set(GOOD, "TCP", "10.96.0.5");
        thread.start();
        await(loop::isReady);
        assertEquals(1, followed.get(GOOD).size());
        nodeView = new NodeView("here", "", List.of("192.0.2.99"), false);
        changes.addAll(services.keySet());
        await(() -> nodeAddresses().contains("192.0.2.99"));
        services.remove(GOOD);
        changes.add(GOOD);
        await(() -> followed.getOrDefault(GOOD, Map.of()).isEmpty());
    }

    @Test
    void passesThatFailAreRepeatedAfterEverLongerPauses() throws Exception {
        set(GOOD, "TCP", "10.96.0.5");
        failing = true;
        thread.start();
        await(() -> pauses.size() >= 9);
        assertFalse(loop.isReady());
        assertEquals(List.of(100L, 200L, 400L, 800L, 1_600L, 3_200L, 6_400L, 10_000L, 10_000L), pauses.stream().limit(9).map(Duration::toMillis).toList());

        failing = false;
        await(loop::isReady);
    }

    private String nodeAddresses() {
        try {
            return node.run("nft", "list", "set", "ip", "moka-test", "node-addresses");
        } catch (IOException notNow) {
            return "";
        }
    }

    @Test
    void whatIsNotAppliedInTimeMakesTheProcessNotReady() throws Exception {
        set(GOOD, "TCP", "10.96.0.5");
        thread.start();
        await(loop::isReady);
        node.run("nft", "flush", "ruleset");
        set(GOOD, "TCP", "10.96.0.9");
        await(() -> services().contains("10.96.0.9"));
        await(loop::isReady);
        thread.interrupt();
        thread.join();
        set(GOOD, "TCP", "10.96.0.11");
        nanos.addAndGet(Duration.ofSeconds(29).toNanos());
        assertTrue(loop.isReady(), "a change may wait for a while");
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        assertFalse(loop.isReady());
    }
}
