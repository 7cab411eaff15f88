package io.moka.kubelet.probe;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.moka.kubelet.runtime.ContainerSpec;
import io.moka.kubelet.runtime.FakeRuntime;
import io.moka.kubelet.runtime.PodIdentity;
import io.moka.kubelet.runtime.SandboxSpec;
import io.moka.machinery.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The results of a container's probes for each order in which answers, passing time and the container's end may come.
class ContainerProbesTest {

    private final VirtualTime time = new VirtualTime();
    private final FakeRuntime runtime = new FakeRuntime();
    private final AtomicInteger changes = new AtomicInteger();
    private @Nullable ContainerProbes probes;

    @AfterEach
    void close() {
        Objects.requireNonNull(probes).close();
    }

    private static Probe probe(String command, int delaySeconds) {
        return new ProbeBuilder().withNewExec().withCommand(command).endExec().withInitialDelaySeconds(delaySeconds).withPeriodSeconds(10).withFailureThreshold(3).build();
    }

    private ContainerProbes start(ContainerBuilder container, boolean wasReady) {
        var identity = new PodIdentity("u", "default", "web");
        var sandbox = runtime.createSandbox(new SandboxSpec(identity, 0, "web", false, false, false, Map.of(), 0, null));
        runtime.start(sandbox);
        var id = runtime.createContainer(new ContainerSpec(identity, sandbox, "main", 0, "", new ContainerSpec.Image("i", "i"),
                new ContainerSpec.Process(List.of("sleep"), List.of(), List.of(), null, false, false, false, null), List.of(), new ContainerSpec.Limits(0, 0, 0),
                new ContainerSpec.Security(null, List.of(), false, false, false, List.of(), List.of(), ContainerSpec.Confinement.STANDARD, 0),
                new ContainerSpec.Namespaces(false, false, false, false, null), ContainerSpec.Bounds.NONE));
        runtime.start(id);
        var pod = new PodBuilder().withNewMetadata().withName("web").endMetadata().withNewSpec().endSpec().build();
        probes = new ContainerProbes(new Prober(runtime), new Subject(pod, container.withName("main").build(), id, "127.0.0.1", time.instant()), wasReady,
                (p, c, warning, reason, message) -> { }, time, time, changes::incrementAndGet).start();
        return probes;
    }

    @Test
    void nothingIsAskedBeforeTheInitialDelay() {
        runtime.answer("ready", 0);
        var probes = start(new ContainerBuilder().withReadinessProbe(probe("ready", 5)), false);

        time.passOnceAsleep(1, Duration.ofSeconds(4));
        time.awaitAsleep(1);
        assertEquals(0, runtime.asked("ready"));
        assertFalse(probes.ready());

        time.passOnceAsleep(1, Duration.ofSeconds(1));
        check("it is ready", probes::ready);
        assertEquals(1, changes.get());
    }

    @Test
    void probeThatFailsForAnUnforeseenReasonIsMadeAgain() {
        runtime.answer("ready", 0);
        runtime.failOnce(new IllegalStateException("defect"));
        var probes = start(new ContainerBuilder().withReadinessProbe(probe("ready", 0)), false);

        time.awaitAsleep(1);
        assertEquals(0, runtime.asked("ready"));
        assertFalse(probes.ready());

        time.passOnceAsleep(1, Duration.ofSeconds(10));
        check("it is ready", probes::ready);
    }

    @Test
    void containerIsCondemnedByTheThirdFailureInARow() {
        var probes = start(new ContainerBuilder().withLivenessProbe(probe("alive", 0)), false);

        time.passOnceAsleep(1, Duration.ofSeconds(10));
        time.awaitAsleep(1);
        assertEquals(2, runtime.asked("alive"));
        runtime.answer("alive", 0);
        time.passOnceAsleep(1, Duration.ofSeconds(10));
        time.awaitAsleep(1);
        runtime.answer("alive", 1);
        for (int i = 0; i < 2; i++) {
            time.passOnceAsleep(1, Duration.ofSeconds(10));
        }
        time.awaitAsleep(1);
        assertNull(probes.verdict(), "a success begins the count anew");

        time.passOnceAsleep(1, Duration.ofSeconds(10));
        check("it is condemned", () -> probes.verdict() != null);
        assertEquals(1, changes.get());
    }

    @Test
    void otherProbesBeginOnceTheContainerHasStarted() {
        runtime.answer("ready", 0);
        var probes = start(new ContainerBuilder().withStartupProbe(probe("started", 0)).withLivenessProbe(probe("alive", 0)).withReadinessProbe(probe("ready", 0)), false);
        time.awaitAsleep(1);
        assertFalse(probes.started());
        assertEquals(0, runtime.asked("alive") + runtime.asked("ready"));

        runtime.answer("started", 0);
        runtime.answer("alive", 0);
        time.passOnceAsleep(1, Duration.ofSeconds(10));

        check("it has started and is ready", () -> probes.started() && probes.ready());
        time.awaitAsleep(2);
        assertEquals(2, runtime.asked("started"), "it is not asked again");
    }

    /// A kubelet that starts anew finds the container as it was.
    @Test
    void whatWasReadyStaysReadyUntilAProbeSaysOtherwise() {
        var probes = start(new ContainerBuilder().withStartupProbe(probe("started", 0)).withReadinessProbe(probe("ready", 60)), true);

        assertTrue(probes.started() && probes.ready());
        assertEquals(0, runtime.asked("started"));
    }

    @Test
    void answerThatComesAfterTheEndChangesNothing() {
        var gate = new CountDownLatch(1);
        runtime.hold("alive", gate);
        var probe = new ProbeBuilder(probe("alive", 0)).withFailureThreshold(1).build();
        var probes = start(new ContainerBuilder().withLivenessProbe(probe), false);
        check("it is asked", () -> runtime.asked("alive") == 1);

        probes.close();
        gate.countDown();

        time.awaitAsleep(0);
        assertNull(probes.verdict());
        assertEquals(0, changes.get());
    }

    @Test
    void terminatingContainerIsAskedWhetherItIsReadyAndNothingElse() {
        runtime.answer("ready", 0);
        var gate = new CountDownLatch(1);
        runtime.hold("alive", gate);
        var probe = new ProbeBuilder(probe("alive", 0)).withFailureThreshold(1).build();
        var probes = start(new ContainerBuilder().withLivenessProbe(probe).withReadinessProbe(probe("ready", 0)), false);
        check("both are asked", () -> runtime.asked("alive") == 1 && probes.ready());

        probes.keepReadinessOnly();
        gate.countDown();
        runtime.answer("ready", 1);
        for (int i = 0; i < 3; i++) {
            time.passOnceAsleep(1, Duration.ofSeconds(10));
        }

        check("it is not ready any more", () -> !probes.ready());
        assertNull(probes.verdict());
        assertEquals(1, runtime.asked("alive"));
    }
}
