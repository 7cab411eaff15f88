package io.moka.kubelet.runtime;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.function.Executable;

/// An engine that accepts connections and does not answer, as a stopped process does.
class HungEngineTest {

    private static final EngineDeadlines SHORT = new EngineDeadlines(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofMillis(200), Duration.ofSeconds(2));
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private EngineRelay relay;
    private DockerRuntime runtime;
    /// A second runtime on the same containers, with time-outs that are long enough for a busy machine.
    private DockerRuntime patient;

    @BeforeEach
    void open() throws Exception {
        DockerEngine.connect().close();
        relay = new EngineRelay(folder.resolve("s"), DockerEngine.socket());
        var cluster = "test-" + UUID.randomUUID();
        runtime = DockerRuntime.connect("unix://" + folder.resolve("s"), cluster, "node", SHORT);
        patient = DockerEngine.connect(cluster);
    }

    @AfterEach
    void close() throws Exception {
        relay.thaw();
        patient.list().forEach(container -> patient.remove(container.id()));
        patient.close();
        runtime.close();
        relay.close();
    }

    private String running() {
        var pod = new PodIdentity("u", "default", "web");
        var sandbox = patient.createSandbox(new SandboxSpec(pod, 0, "web", false, false, false, Map.of(), 0, null));
        patient.start(sandbox);
        var image = patient.image(DockerEngine.BUSYBOX);
        var id = patient.createContainer(sleeper(pod, sandbox, image.id()));
        patient.start(id);
        return id;
    }

    private static ContainerSpec sleeper(PodIdentity pod, String sandbox, String image) {
        return new ContainerSpec(pod, sandbox, "main", 0, "", new ContainerSpec.Image(DockerEngine.BUSYBOX, image),
                new ContainerSpec.Process(List.of("sleep", "1000"), List.of(), List.of(), null, false, false, false, null), List.of(), new ContainerSpec.Limits(0, 0, 0),
                new ContainerSpec.Security(null, List.of(), false, false, false, List.of(), List.of(), ContainerSpec.Confinement.STANDARD, 0),
                new ContainerSpec.Namespaces(false, false, false, false, null), ContainerSpec.Bounds.NONE);
    }

    private static void fails(Executable call) {
        assertTimeoutPreemptively(PATIENCE, () -> assertThrows(RuntimeFailure.class, call));
    }

    @Test
    void everyCallEndsWithinItsDeadline() {
        var id = running();
        relay.freeze();

        fails(() -> runtime.version());
        fails(() -> runtime.images());
        fails(() -> runtime.list());
        fails(() -> runtime.inspect(id));
        fails(() -> runtime.stop(id, Duration.ofSeconds(1)));
        fails(() -> runtime.openExec(id, List.of("true"), false, false));
        fails(() -> runtime.pull("localhost:1/none:1", null));
        var late = new PodIdentity("late", "default", "late");
        fails(() -> runtime.createSandbox(new SandboxSpec(late, 0, "late", false, false, false, Map.of(), 0, null)));
        fails(() -> runtime.createContainer(sleeper(late, "none", "sha256:none")));
        fails(() -> runtime.start("none"));
        fails(() -> runtime.update("none", new ContainerSpec.Limits(2, 0, 0)));
        fails(() -> runtime.remove("none"));
        fails(() -> runtime.removeImage("localhost:1/none:1"));
        fails(() -> runtime.load(new ImageArchive("late:1").file("/name", new byte[] {1})));
        fails(() -> runtime.prepareSandboxImage());
        fails(() -> runtime.exec(id, List.of("true"), Duration.ofSeconds(1)));

        relay.thaw();
        check("it answers again", () -> {
            try {
                return runtime.inspect(id) != null;
            } catch (RuntimeFailure e) {
                return false;
            }
        });
    }

    @Test
    void openStreamsEnd() throws Exception {
        var id = running();
        var exec = CompletableFuture.supplyAsync(() -> {
            try (var session = runtime.openExec(id, List.of("sh", "-c", "echo started; sleep 1000"), false, false)) {
                var started = new CountDownLatch(1);
                return session.run(null, (stream, bytes) -> started.countDown());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        var log = CompletableFuture.runAsync(() -> {
            try {
                runtime.logs(id, new LogRequest(true, false, null, null, true, true), (stream, bytes) -> { });
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        check("both are open", () -> relay.connections() >= 2);
        relay.freeze();

        assertTimeoutPreemptively(PATIENCE, () -> assertThrows(Exception.class, log::join));
        assertTimeoutPreemptively(PATIENCE, () -> assertThrows(Exception.class, exec::join));
    }

    @Test
    void eventsAreFollowedAgainOnceTheEngineAnswers() throws Exception {
        var id = running();
        var gaps = new AtomicInteger();
        var changes = new AtomicInteger();
        try (var watch = runtime.watch(event -> {
            switch (event) {
                case RuntimeEvent.Lost lost -> gaps.incrementAndGet();
                case RuntimeEvent.Changed changed -> changes.incrementAndGet();
            }
        })) {
            check("they are followed", () -> gaps.get() >= 1);
            relay.freeze();
            // The heartbeat's own request has begun before the second of these calls and has the same deadline.
            fails(() -> runtime.version());
            fails(() -> runtime.version());
            fails(() -> runtime.version());
            int before = gaps.get();
            relay.thaw();
            check("they are followed again", () -> gaps.get() > before);
            patient.stop(id, Duration.ZERO);
            check("an event arrives", () -> changes.get() > 0);
        }
    }
}
