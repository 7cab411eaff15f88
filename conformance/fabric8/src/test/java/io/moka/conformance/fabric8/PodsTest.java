package io.moka.conformance.fabric8;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.dsl.ContainerResource;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.moka.conformance.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Connections into pods: commands, terminals, logs, ports and files.
class PodsTest extends ClusterTest {

    private static final String SCRIPT = """
            mkdir -p /www; echo 'hello from the pod' > /www/index.html
            httpd -p 8080 -h /www
            i=0; while true; do echo "line $i"; i=$((i+1)); sleep 0.2; done""";
    private static String namespace;

    @BeforeAll
    static void begin() {
        namespace = namespace(PodsTest.class);
        var pods = CLIENT.pods().inNamespace(namespace);
        pods.resource(pod("inside", SCRIPT)).create();
        pods.withName("inside").waitUntilReady(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static ContainerResource container() {
        return CLIENT.pods().inNamespace(namespace).withName("inside").inContainer("c");
    }

    private static String readUntil(InputStream in, String end) throws IOException {
        var text = new ByteArrayOutputStream();
        while (!text.toString(UTF_8).endsWith(end)) {
            int next = in.read();
            if (next < 0) {
                throw new AssertionError("the stream ended after: " + text);
            }
            text.write(next);
        }
        return text.toString(UTF_8);
    }

    @Test
    void commandsOutputErrorsAndExitCodeComeBack() throws Exception {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        try (var exec = container().writingOutput(out).writingError(err).exec("sh", "-c", "echo out; echo err >&2; exit 3")) {
            assertEquals(3, exec.exitCode().get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
        assertEquals("out\n", out.toString(UTF_8));
        assertEquals("err\n", err.toString(UTF_8));
    }

    @Test
    void muchOutputComesWholeAndInOrder() throws Exception {
        var out = new ByteArrayOutputStream();
        try (var exec = container().writingOutput(out).exec("sh", "-c", "seq 1 200000")) {
            assertEquals(0, exec.exitCode().get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
        assertTrue(out.toString(UTF_8).endsWith("199999\n200000\n"));
        assertEquals(200_000, out.toString(UTF_8).lines().count());
    }

    @Test
    void commandReadsWhatIsTyped() throws Exception {
        try (var exec = container().redirectingInput().redirectingOutput().exec("sh", "-c", "read a; echo got $a; read b; echo and $b")) {
            exec.getInput().write("one\n".getBytes(UTF_8));
            exec.getInput().flush();
            assertEquals("got one\n", readUntil(exec.getOutput(), "\n"));
            exec.getInput().write("two\n".getBytes(UTF_8));
            exec.getInput().flush();
            assertEquals("and two\n", readUntil(exec.getOutput(), "\n"));
            assertEquals(0, exec.exitCode().get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
    }

    @Test
    void terminalHasASizeThatChanges() throws Exception {
        try (var exec = container().redirectingInput().redirectingOutput().withTTY().exec("sh", "-c", "stty -echo; while read a; do stty size; done")) {
            exec.resize(80, 24);
            Eventually.see("the size", () -> size(exec), "24 80\r\n"::equals);
            exec.resize(100, 30);
            Eventually.see("the new size", () -> size(exec), "30 100\r\n"::equals);
        }
    }

    private static String size(ExecWatch exec) {
        try {
            exec.getInput().write('\n');
            exec.getInput().flush();
            return readUntil(exec.getOutput(), "\r\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void attachedClientSpeaksToTheProcess() throws Exception {
        var pods = CLIENT.pods().inNamespace(namespace);
        var listening = new PodBuilder(pod("attached", "while read line; do echo heard $line; done"))
                .editSpec().editFirstContainer().withStdin(true).endContainer().endSpec().build();
        pods.resource(listening).create();
        pods.withName("attached").waitUntilReady(PATIENCE_SECONDS, TimeUnit.SECONDS);
        for (var word : new String[] {"first", "second"}) {
            try (var attached = pods.withName("attached").redirectingInput().redirectingOutput().attach()) {
                attached.getInput().write((word + "\n").getBytes(UTF_8));
                attached.getInput().flush();
                assertEquals("heard " + word + "\n", readUntil(attached.getOutput(), "\n"));
            }
        }
        pods.withName("attached").delete();
    }

    @Test
    void logIsReadInPartsAndFollowed() throws Exception {
        Eventually.see("three lines", () -> container().getLog(), log -> log.lines().count() >= 3);
        assertTrue(container().getLog().startsWith("line 0\nline 1\n"));
        assertEquals(1, container().tailingLines(1).getLog().lines().count());
        assertTrue(container().usingTimestamps().getLog().matches("(?s)20\\d\\d-\\d\\d-\\d\\dT.* line 0\n.*"));
        try (var followed = CLIENT.pods().inNamespace(namespace).withName("inside").inContainer("c").tailingLines(1).watchLog()) {
            var first = readUntil(followed.getOutput(), "\n");
            var second = readUntil(followed.getOutput(), "\n");
            assertEquals(Integer.parseInt(first.strip().substring(5)) + 1, Integer.parseInt(second.strip().substring(5)));
        }
    }

    @Test
    void logOfTheInstanceBeforeIsKept() {
        var pods = CLIENT.pods().inNamespace(namespace);
        pods.resource(pod("restarting", "echo instance of $(cat /proc/sys/kernel/random/uuid); sleep 1; exit 1")).create();
        Eventually.see("a restart", () -> pods.withName("restarting").get(), found -> found.getStatus().getContainerStatuses().stream().anyMatch(status -> status.getRestartCount() > 0));
        assertTrue(pods.withName("restarting").terminated().getLog().startsWith("instance of "));
        pods.withName("restarting").delete();
    }

    @Test
    void forwardedPortLeadsIntoThePod() throws Exception {
        try (var forward = CLIENT.pods().inNamespace(namespace).withName("inside").portForward(8080); var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + forward.getLocalPort() + "/")).build();
            for (int i = 0; i < 3; i++) {
                assertEquals("hello from the pod\n", http.send(request, BodyHandlers.ofString()).body());
            }
            assertEquals(0, forward.getServerThrowables().size());
        }
    }

    @Test
    void debuggerIsAddedToARunningPod() {
        var pods = CLIENT.pods().inNamespace(namespace);
        pods.resource(pod("debugged", "sleep 600")).create();
        pods.withName("debugged").waitUntilReady(PATIENCE_SECONDS, TimeUnit.SECONDS);
        pods.withName("debugged").ephemeralContainers().edit(found -> new PodBuilder(found).editSpec().addNewEphemeralContainer().withName("debugger").withImage(IMAGE)
                .withTargetContainerName("c").withCommand("sh", "-c", "ps | grep -v grep | grep -c 'sleep 600'; sleep 600").endEphemeralContainer().endSpec().build());
        Eventually.see("it runs", () -> pods.withName("debugged").get().getStatus().getEphemeralContainerStatuses(),
                statuses -> statuses.stream().anyMatch(status -> status.getState().getRunning() != null));
        Eventually.see("it sees its target", () -> pods.withName("debugged").inContainer("debugger").getLog(), log -> log.startsWith("1"));
        pods.withName("debugged").delete();
    }

    @Test
    void runningPodIsResized() throws Exception {
        var pods = CLIENT.pods().inNamespace(namespace);
        var amounts = Map.of("cpu", new Quantity("100m"), "memory", new Quantity("32Mi"));
        pods.resource(new PodBuilder(pod("sized", "sleep 600")).editSpec().editFirstContainer().withNewResources().withRequests(amounts).withLimits(amounts).endResources()
                .endContainer().endSpec().build()).create();
        pods.withName("sized").waitUntilReady(PATIENCE_SECONDS, TimeUnit.SECONDS);
        pods.withName("sized").subresource("resize").patch(PatchContext.of(PatchType.STRATEGIC_MERGE),
                "{\"spec\":{\"containers\":[{\"name\":\"c\",\"resources\":{\"requests\":{\"cpu\":\"200m\"},\"limits\":{\"cpu\":\"200m\"}}}]}}");
        var status = Eventually.see("it has more", () -> pods.withName("sized").get().getStatus().getContainerStatuses().getFirst(),
                found -> found.getResources() != null && new Quantity("200m").equals(found.getResources().getLimits().get("cpu")));
        assertEquals(0, status.getRestartCount());
        var out = new ByteArrayOutputStream();
        try (var exec = pods.withName("sized").writingOutput(out).exec("sh", "-c", "cat /sys/fs/cgroup/cpu.max 2>/dev/null || cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us")) {
            assertEquals(0, exec.exitCode().get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
        assertTrue(out.toString(UTF_8).startsWith("20000"), out::toString);
        pods.withName("sized").delete();
    }

    @Test
    void filesAreCopiedBothWays(@TempDir Path folder) throws IOException {
        var bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        var file = Files.write(folder.resolve("file.bin"), bytes);
        assertTrue(container().file("/tmp/file.bin").upload(file));
        var back = folder.resolve("back.bin");
        assertTrue(container().file("/tmp/file.bin").copy(back));
        assertArrayEquals(bytes, Files.readAllBytes(back));
        try (var in = container().file("/www/index.html").read()) {
            assertEquals("hello from the pod\n", new String(in.readAllBytes(), UTF_8));
        }
    }

    @Test
    void foldersAreCopiedBothWays(@TempDir Path folder) throws IOException {
        var tree = Files.createDirectories(folder.resolve("tree/deep"));
        Files.writeString(tree.resolve("a.txt"), "a");
        Files.writeString(folder.resolve("tree/b.txt"), "b");
        assertTrue(container().dir("/tmp/tree").upload(folder.resolve("tree")));
        var back = Files.createDirectory(folder.resolve("back"));
        assertTrue(container().dir("/tmp/tree").copy(back));
        try (var found = Files.walk(back)) {
            assertEquals(2, found.filter(Files::isRegularFile).count());
        }
    }
}
