package io.moka.kubelet.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
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

    private static String sleeper(ContainerRuntime runtime) {
        var pod = new PodIdentity("uid-" + System.nanoTime(), "default", "web");
        var sandbox = runtime.createSandbox(new SandboxSpec(pod, 0, "web", false, false, false, Map.of(), 0));
        runtime.start(sandbox);
        var id = runtime.createContainer(new ContainerSpec(pod, sandbox, "main", 0, "", new ContainerSpec.Image(DockerEngine.BUSYBOX, DockerEngine.BUSYBOX),
                new ContainerSpec.Process(List.of("sleep", "1000"), List.of(), List.of(), null, false, false, false), List.of(), new ContainerSpec.Limits(2, 0, 0),
                new ContainerSpec.Security(null, List.of(), false, false, false, List.of(), List.of(), null, 0), new ContainerSpec.Namespaces(false, false, false, false, null)));
        runtime.start(id);
        return id;
    }
}
