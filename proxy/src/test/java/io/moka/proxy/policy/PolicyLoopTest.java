package io.moka.proxy.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.moka.machinery.time.Sleeper;
import io.moka.proxy.contract.NetworkNamespace;
import io.moka.proxy.kernel.Tools;
import io.moka.proxy.policy.nftables.PolicyRuleSet;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The loop with the real nft, in a network namespace of its own.
class PolicyLoopTest {

    private static final String MARKS = "moka-test-pods";

    private final Objects objects = new Objects();
    private final AtomicLong passed = new AtomicLong();
    private final List<String> refusals = new CopyOnWriteArrayList<>();
    private final List<Duration> pauses = new CopyOnWriteArrayList<>();
    private NetworkNamespace node;
    private PolicyLoop loop;
    private Thread thread;

    @BeforeEach
    void start() throws IOException {
        node = new NetworkNamespace();
        startLoop();
    }

    private void startLoop() {
        loop = new PolicyLoop(objects, objects.changes, new PolicyRuleSet("moka-test", node.tools()), "here",
                (policy, reason) -> refusals.add(policy.getMetadata().getName() + ": " + reason), System::nanoTime, () -> System.nanoTime() + passed.get(), pause -> {
                    pauses.add(pause);
                    Sleeper.SYSTEM.sleep(Duration.ofMillis(1));
                });
        thread = Thread.ofVirtual().start(loop);
    }

    @AfterEach
    void stop() throws Exception {
        thread.interrupt();
        thread.join();
        node.close();
    }

    private static NetworkPolicy deny(String name, String pod) {
        return new NetworkPolicyBuilder().withNewMetadata().withNamespace("x").withName(name).endMetadata()
                .withNewSpec().withNewPodSelector().addToMatchLabels("pod", pod).endPodSelector().withPolicyTypes("Ingress").endSpec().build();
    }

    private static Pod pod(String name, String address) {
        return new PodBuilder().withNewMetadata().withNamespace("x").withName(name).withUid("uid-" + name).addToLabels("pod", name).endMetadata()
                .withNewSpec().withNodeName("here").endSpec().withNewStatus().withPhase("Running").withPodIP(address).endStatus().build();
    }

    private boolean kernelHas(String set, String element) {
        return run("nft get element ip " + set + " { " + element + " }").status() == 0;
    }

    private Tools.Result run(String command) {
        try {
            return node.tools().run(List.of(command.split(" ")), "");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        for (long end = System.nanoTime() + Duration.ofSeconds(10).toNanos(); !condition.getAsBoolean(); LockSupport.parkNanos(2_000_000)) {
            assertTrue(System.nanoTime() < end, what);
        }
    }

    @Test
    void theFirstPolicyBringsTablesAndTheLastTakesThem() {
        objects.put(pod("a", "10.244.0.2"));
        await("ready without policies", loop::isReady);
        assertEquals("", run("nft list ruleset").output());
        objects.put(deny("one", "a"));
        await("the pod is isolated", () -> kernelHas("moka-test ingress", "10.244.0.2"));
        objects.put(deny("two", "a"));
        objects.remove(deny("one", "a"));
        assertTrue(kernelHas("moka-test ingress", "10.244.0.2"));
        objects.remove(deny("two", "a"));
        await("nothing is left", () -> run("nft list ruleset").output().isEmpty());
        await("ready", loop::isReady);
    }

    @Test
    void whatAnEarlierAgentLeftGoesWhereThereIsNoPolicy() throws Exception {
        thread.interrupt();
        thread.join();
        new PolicyRuleSet("moka-test", node.tools()).replaceAll(List.of(), List.of());
        startLoop();
        await("nothing is left", () -> run("nft list ruleset").output().isEmpty());
    }

    @Test
    void aPolicyThatCannotBeReadIsNamedAndStopsNoOther() {
        objects.put(pod("a", "10.244.0.2"));
        objects.put(pod("b", "10.244.0.3"));
        var bad = new NetworkPolicyBuilder(deny("bad", "a")).editSpec().addNewIngress().addNewFrom().withNewIpBlock().withCidr("everywhere").endIpBlock().endFrom().endIngress().endSpec().build();
        objects.put(bad);
        objects.put(deny("good", "b"));
        await("the other policy holds", () -> kernelHas("moka-test ingress", "10.244.0.3"));
        await("its pods are isolated", () -> kernelHas("moka-test ingress", "10.244.0.2"));
        assertEquals(List.of("bad: it cannot be read: not a CIDR: \"everywhere\""), refusals.stream().distinct().toList());
        await("ready", loop::isReady);
    }

    /// The address is known by the plugin's mark alone: no status names it yet.
    @Test
    void aMarkedPodIsJudgedAsSoonAsItIsKnown() throws Exception {
        objects.put(deny("one", "a"));
        await("the marks' table", () -> run("nft list table ip " + MARKS).status() == 0);
        node.tools().nft("add element ip " + MARKS + " pods { 10.244.0.9 comment \"uid-a\" }\nadd element ip " + MARKS + " unjudged { 10.244.0.9 }");
        objects.put(pod("b", ""));
        await("the agent looks", () -> kernelHas(MARKS + " unjudged", "10.244.0.9"));
        assertFalse(kernelHas("moka-test ingress", "10.244.0.9"), "whose address it is nobody knows");
        objects.put(pod("a", ""));
        await("released", () -> !kernelHas(MARKS + " unjudged", "10.244.0.9"));
        assertTrue(kernelHas("moka-test ingress", "10.244.0.9"), "released before it was isolated");
        thread.interrupt();
        thread.join();
        startLoop();
        await("another agent is ready", loop::isReady);
        assertTrue(kernelHas("moka-test ingress", "10.244.0.9"), "another agent knows the address, too");
        objects.put(pod("b", "10.244.0.9"));
        objects.put(pod("c", "10.244.0.4"));
        objects.put(deny("other", "c"));
        await("the next change", () -> kernelHas("moka-test ingress", "10.244.0.4"));
        assertTrue(kernelHas("moka-test ingress", "10.244.0.9"), "a status does not take an address from its owner");
    }

    @Test
    void tablesThatSomebodyDeletesAreBack() {
        objects.put(pod("a", "10.244.0.2"));
        objects.put(deny("one", "a"));
        await("the pod is isolated", () -> kernelHas("moka-test ingress", "10.244.0.2"));
        run("nft flush ruleset");
        passed.addAndGet(Duration.ofSeconds(31).toNanos());
        await("the pod is isolated again", () -> kernelHas("moka-test ingress", "10.244.0.2"));
        await("the marks' table", () -> run("nft list table ip " + MARKS).status() == 0);
        assertEquals(List.of(Duration.ofMillis(100)), pauses.stream().limit(1).toList(), "the loop waits after a pass that failed");
    }
}
