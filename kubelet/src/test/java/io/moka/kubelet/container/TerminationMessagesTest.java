package io.moka.kubelet.container;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.moka.kubelet.runtime.ContainerRecord;
import io.moka.kubelet.runtime.ContainerSpec;
import io.moka.kubelet.runtime.ContainerState;
import io.moka.kubelet.runtime.FakeRuntime;
import io.moka.kubelet.runtime.PodIdentity;
import io.moka.kubelet.runtime.SandboxSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerminationMessagesTest {

    @TempDir
    Path folder;

    private final FakeRuntime runtime = new FakeRuntime();

    /// Returns the termination message of a container that wrote this file, logged `logged words` and ended with this code.
    private String message(String file, int exitCode, String policy) throws IOException {
        var pod = new PodIdentity("default", "web", "u" + exitCode + policy);
        var sandbox = runtime.createSandbox(new SandboxSpec(pod, 0, "web", false, false, false, Map.of(), 0, null));
        runtime.start(sandbox);
        var id = runtime.createContainer(new ContainerSpec(pod, sandbox, "main", 0, "h", new ContainerSpec.Image("i", "i"),
                new ContainerSpec.Process(List.of("echo", "logged", "words"), List.of(), List.of(), null, false, false, false, null), List.of(), new ContainerSpec.Limits(0, 0, 0),
                new ContainerSpec.Security(null, List.of(), false, false, false, List.of(), List.of(), ContainerSpec.Confinement.STANDARD, 0),
                new ContainerSpec.Namespaces(false, false, false, false, null), ContainerSpec.Bounds.NONE));
        ContainerRecord record = runtime.start(id);
        var path = PodFiles.terminationLog(folder, "main", 0);
        Files.createDirectories(path.getParent());
        Files.writeString(path, file);
        return new TerminationMessages(runtime).of(folder, new ContainerBuilder().withName("main").withTerminationMessagePolicy(policy).build(), record,
                new ContainerState.Exited(Instant.now(), Instant.now(), exitCode, false, ""));
    }

    @Test
    void fileIsReadAndTheLogOnlyWhereItIsEmptyAfterAFailure() throws IOException {
        assertEquals("words", message("words", 1, "FallbackToLogsOnError"));
        assertEquals("logged words\n", message("", 1, "FallbackToLogsOnError"));
        assertEquals("", message("", 0, "FallbackToLogsOnError"));
        assertEquals("", message("", 1, "File"));
    }

    @Test
    void endOfALongFileCounts() throws IOException {
        assertEquals("b".repeat(4_000) + "c".repeat(96), message("a".repeat(500) + "b".repeat(4_000) + "c".repeat(96), 0, "File"));
    }
}
