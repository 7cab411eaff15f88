package io.moka.kubelet.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DockerRuntimeTest extends ContainerRuntimeContract {

    @Override
    ContainerRuntime open() throws Exception {
        return DockerEngine.connect();
    }

    @Test
    void endOfInputReachesTheProcess() throws Exception {
        try (var runtime = DockerEngine.connect()) {
            var id = sleeper(runtime);
            var output = new ByteArrayOutputStream();

            try (var session = runtime.openExec(id, List.of("wc", "-c"), false, true)) {
                int code = session.run(new ByteArrayInputStream(new byte[300_000]), (stream, bytes) -> output.writeBytes(bytes));

                assertEquals(0, code);
                assertEquals("300000", output.toString().strip());
            } finally {
                runtime.list().forEach(container -> runtime.remove(container.id()));
            }
        }
    }

    @Test
    void outputsAreToldApart() throws Exception {
        try (var runtime = DockerEngine.connect()) {
            var id = sleeper(runtime);
            var errors = new ByteArrayOutputStream();

            try (var session = runtime.openExec(id, List.of("sh", "-c", "echo out; echo err >&2; exit 3"), false, false)) {
                int code = session.run(null, (stream, bytes) -> {
                    if (stream == OutputSink.Stream.STDERR) {
                        errors.writeBytes(bytes);
                    }
                });

                assertEquals(3, code);
                assertEquals("err\n", errors.toString());
            } finally {
                runtime.list().forEach(container -> runtime.remove(container.id()));
            }
        }
    }

    @Test
    void clustersDoNotSeeEachOthersContainers() throws Exception {
        try (var one = DockerEngine.connect(); var other = DockerEngine.connect()) {
            sleeper(one);
            try {
                assertEquals(2, one.list().size());
                assertTrue(other.list().isEmpty());
            } finally {
                one.list().forEach(container -> one.remove(container.id()));
            }
        }
    }

    @Test
    void imageGoesOnlyWhenNoContainerOfTheEngineUsesIt() throws Exception {
        var name = "moka-test/unused-" + System.nanoTime() + ":1";
        try (var runtime = DockerEngine.connect(); var other = DockerEngine.connect()) {
            runtime.load(new ImageArchive(name).file("/bin/busybox", Files.readAllBytes(Path.of("/bin/busybox"))).link("/bin/sleep", "busybox").file("/name", name.getBytes(StandardCharsets.UTF_8)));
            var image = runtime.image(name);
            assertFalse(runtime.usedImages().contains(image.id()));
            var id = sleeper(other, name);
            try {
                assertTrue(runtime.usedImages().contains(image.id()), "used by another cluster of the engine");
                assertThrows(RuntimeFailure.class, () -> runtime.removeImage(name));
                other.stop(id, Duration.ZERO);
                assertTrue(runtime.usedImages().contains(image.id()), "by a container that has ended");
                assertThrows(RuntimeFailure.class, () -> runtime.removeImage(name));
            } finally {
                other.list().forEach(container -> other.remove(container.id()));
            }

            runtime.removeImage(name);
            assertNull(runtime.image(name));
            runtime.removeImage(name);
        }
    }

    @Test
    void filesOfAContainerAreWhereTheEngineKeepsThem() throws Exception {
        try (var runtime = DockerEngine.connect()) {
            var id = sleeper(runtime);
            try {
                runtime.exec(id, List.of("sh", "-c", "echo written > /file"), Duration.ofSeconds(60));
                var files = runtime.files(id);
                assertEquals("written\n", Files.readString(files.layer().resolve("file")));
                assertTrue(files.layer().startsWith(runtime.storageFolder()), files::toString);
                assertEquals(ContainerFiles.UNKNOWN, runtime.files("0".repeat(64)));
            } finally {
                runtime.list().forEach(container -> runtime.remove(container.id()));
            }
        }
    }

    private static String sleeper(ContainerRuntime runtime) {
        return sleeper(runtime, DockerEngine.BUSYBOX);
    }

    private static String sleeper(ContainerRuntime runtime, String image) {
        var pod = new PodIdentity("uid-" + System.nanoTime(), "default", "web");
        var sandbox = runtime.createSandbox(new SandboxSpec(pod, 0, "web", false, false, false, Map.of(), 0, null));
        runtime.start(sandbox);
        var id = runtime.createContainer(new ContainerSpec(pod, sandbox, "main", 0, "", new ContainerSpec.Image(image, image),
                new ContainerSpec.Process(List.of("sleep", "1000"), List.of(), List.of(), null, false, false, false, null), List.of(), new ContainerSpec.Limits(2, 0, 0),
                new ContainerSpec.Security(null, List.of(), false, false, false, List.of(), List.of(), ContainerSpec.Confinement.STANDARD, 0), new ContainerSpec.Namespaces(false, false, false, false, null), ContainerSpec.Bounds.NONE));
        runtime.start(id);
        return id;
    }
}
