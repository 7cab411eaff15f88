package io.moka.kubelet.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.kubelet.Eventually;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The contract of every [ContainerRuntime]; run against the real engine and against the fake.
abstract class ContainerRuntimeContract {

    private final PodIdentity pod = new PodIdentity(UUID.randomUUID().toString(), "default", "web");
    private ContainerRuntime runtime;

    abstract ContainerRuntime open() throws Exception;

    @BeforeEach
    void connect() throws Exception {
        runtime = open();
        runtime.prepareSandboxImage();
    }

    @AfterEach
    void removeEverything() {
        runtime.list().forEach(container -> runtime.remove(container.id()));
        runtime.close();
    }

    private String sandbox() {
        var id = runtime.createSandbox(new SandboxSpec(pod, 0, "web", false, false, false, Map.of(), 0, null));
        runtime.start(id);
        return id;
    }

    private ContainerSpec spec(String sandbox, int attempt, String... command) {
        var image = runtime.image(DockerEngine.BUSYBOX);
        return new ContainerSpec(pod, sandbox, "main", attempt, "h1", new ContainerSpec.Image(DockerEngine.BUSYBOX, image.id()),
                new ContainerSpec.Process(List.of(command), List.of(), List.of("A=b"), null, false, false, false, null), List.of(),
                new ContainerSpec.Limits(2, 0, 0), new ContainerSpec.Security(null, List.of(), false, false, false, List.of(), List.of(), new ContainerSpec.Confinement("unconfined", null, List.of()), 0),
                new ContainerSpec.Namespaces(false, false, false, false, null), ContainerSpec.Bounds.NONE);
    }

    private ContainerState.Exited awaitEnd(String id) {
        Eventually.check("the container ends", () -> runtime.inspect(id).exited() != null);
        return runtime.inspect(id).exited();
    }

    @Test
    void containerIsCreatedBeforeItsSandboxRunsAndStartedAfterwards() {
        var sandbox = runtime.createSandbox(new SandboxSpec(pod, 0, "web", false, false, false, Map.of(), 0, null));
        var id = runtime.createContainer(spec(sandbox, 0, "sleep", "1000"));
        assertInstanceOf(ContainerState.Created.class, runtime.inspect(id).state());

        runtime.start(sandbox);
        var started = runtime.start(id);

        assertTrue(started.isRunning());
        assertEquals(pod, started.pod());
        assertEquals("main", started.name());
        assertEquals(sandbox, started.sandboxId());
        assertEquals("h1", started.hash());
        assertEquals(DockerEngine.BUSYBOX, started.image());
    }

    @Test
    void startingWhatRunsChangesNothing() {
        var id = runtime.createContainer(spec(sandbox(), 0, "sleep", "1000"));
        var first = runtime.start(id);

        assertEquals(first.state(), runtime.start(id).state());
    }

    @Test
    void limitsOfARunningContainerChange() {
        var id = runtime.createContainer(spec(sandbox(), 0, "sleep", "1000"));
        assertEquals(new ContainerSpec.Limits(2, 0, 0), runtime.start(id).limits());
        var wanted = new ContainerSpec.Limits(512, 50_000, 64 << 20);
        runtime.update(id, wanted);
        assertEquals(wanted, runtime.inspect(id).limits());
        assertThrows(RuntimeFailure.class, () -> runtime.update(id, new ContainerSpec.Limits(2, 0, 1)));
        assertEquals(wanted, runtime.inspect(id).limits());
    }

    @Test
    void createOfTheSameNameReplacesTheLeftover() {
        var sandbox = sandbox();
        var first = runtime.createContainer(spec(sandbox, 0, "sleep", "1000"));

        var second = runtime.createContainer(spec(sandbox, 0, "sleep", "1000"));

        assertNotEquals(first, second);
        assertNull(runtime.inspect(first));
        assertEquals(2, runtime.list().size());
    }

    @Test
    void exitCodeIsKept() {
        var sandbox = sandbox();
        var good = runtime.createContainer(spec(sandbox, 0, "true"));
        runtime.start(good);
        assertEquals(0, awaitEnd(good).exitCode());
        var bad = runtime.createContainer(spec(sandbox, 1, "false"));
        runtime.start(bad);

        assertEquals(1, awaitEnd(bad).exitCode());
    }

    @Test
    void whatCannotBeStartedHasExitedWithTheReason() {
        var id = runtime.createContainer(spec(sandbox(), 0, "nonexistent"));

        assertThrows(RuntimeFailure.class, () -> runtime.start(id));

        var end = runtime.inspect(id).exited();
        assertEquals(128, end.exitCode());
        assertTrue(end.error().contains("executable file not found"), end.error());
    }

    @Test
    void endOfAContainerIsReported() throws Exception {
        var events = new CopyOnWriteArrayList<RuntimeEvent>();
        try (var watch = runtime.watch(events::add)) {
            Eventually.check("the watch is open", () -> events.contains(new RuntimeEvent.Lost()));
            var id = runtime.createContainer(spec(sandbox(), 0, "true"));
            runtime.start(id);

            Eventually.check("the end is told", () -> events.contains(new RuntimeEvent.Changed(pod.uid(), id)));
        }
    }

    @Test
    void stopEndsWithinTheGraceEvenIfTermIsIgnored() {
        var id = runtime.createContainer(spec(sandbox(), 0, "sh", "-c", "trap '' TERM; while true; do sleep 1; done", "ignore"));
        runtime.start(id);
        long before = System.nanoTime();

        runtime.stop(id, Duration.ofSeconds(1));

        assertTrue(Duration.ofNanos(System.nanoTime() - before).toMillis() >= 900);
        assertEquals(137, awaitEnd(id).exitCode());
    }

    @Test
    void stoppingOrRemovingTheUnknownIsNoError() {
        runtime.stop("0000000000000000", Duration.ofSeconds(1));
        runtime.remove("0000000000000000");

        assertNull(runtime.inspect("0000000000000000"));
    }

    @Test
    void execGivesOutputAndCode() throws Exception {
        var id = runtime.createContainer(spec(sandbox(), 0, "sleep", "1000"));
        runtime.start(id);

        assertEquals(new ExecResult(0, "hello there\n"), runtime.exec(id, List.of("echo", "hello", "there"), Duration.ofSeconds(10)));
        assertEquals(1, runtime.exec(id, List.of("false"), Duration.ofSeconds(10)).exitCode());
    }

    @Test
    void execInADeadContainerIsRefused() {
        var id = runtime.createContainer(spec(sandbox(), 0, "true"));
        runtime.start(id);
        awaitEnd(id);

        assertThrows(RuntimeFailure.class, () -> runtime.exec(id, List.of("true"), Duration.ofSeconds(10)));
    }

    @Test
    void logIsKeptAfterTheEnd() throws Exception {
        var id = runtime.createContainer(spec(sandbox(), 0, "echo", "last", "words"));
        runtime.start(id);
        awaitEnd(id);
        var output = new ByteArrayOutputStream();

        runtime.logs(id, LogRequest.tail(10), (stream, bytes) -> output.writeBytes(bytes));

        assertEquals("last words\n", output.toString());
    }

    @Test
    void unknownImageIsNull() {
        assertNull(runtime.image("moka-test/nowhere:1"));
        assertTrue(runtime.images().stream().anyMatch(image -> image.tags().contains(DockerEngine.BUSYBOX)));
    }
}
