package io.moka.conformance.clientjava;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kubernetes.client.Attach;
import io.kubernetes.client.Copy;
import io.kubernetes.client.Exec;
import io.kubernetes.client.PodLogs;
import io.kubernetes.client.PortForward;
import io.kubernetes.client.openapi.models.V1Pod;
import io.moka.conformance.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    private static V1Pod pod;

    @BeforeAll
    static void begin() {
        namespace = namespace(PodsTest.class);
        pod = running(namespace, pod("inside", SCRIPT));
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
        var process = new Exec(CLIENT).exec(pod, new String[] {"sh", "-c", "echo out; echo err >&2; exit 3"}, false);
        var out = process.getInputStream();
        var err = process.getErrorStream();
        assertEquals("out\n", new String(out.readAllBytes(), UTF_8));
        assertEquals("err\n", new String(err.readAllBytes(), UTF_8));
        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        assertEquals(3, process.exitValue());
    }

    @Test
    void commandReadsWhatIsTypedInATerminal() throws Exception {
        var process = new Exec(CLIENT).exec(pod, new String[] {"sh", "-c", "tty; read a; echo got $a"}, true, true);
        assertTrue(readUntil(process.getInputStream(), "\n").startsWith("/dev/"));
        process.getOutputStream().write("this\n".getBytes(UTF_8));
        process.getOutputStream().flush();
        readUntil(process.getInputStream(), "got this\r\n");
        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    }

    @Test
    void attachedClientSpeaksToTheProcess() throws Exception {
        var listening = pod("attached", "while read line; do echo heard $line; done");
        listening.getSpec().getContainers().getFirst().stdin(true);
        running(namespace, listening);
        try (var attached = new Attach(CLIENT).newConnectionBuilder(namespace, "attached").setStdin(true).setStdout(true).connect()) {
            attached.getStandardInputStream().write("this\n".getBytes(UTF_8));
            attached.getStandardInputStream().flush();
            assertEquals("heard this\n", readUntil(attached.getStandardOutputStream(), "\n"));
        }
    }

    @Test
    void logIsReadAndFollowed() throws Exception {
        Eventually.see("two lines", () -> ok(() -> CORE.readNamespacedPodLog("inside", namespace).execute()), log -> log != null && log.startsWith("line 0\nline 1\n"));
        assertEquals(1, ok(() -> CORE.readNamespacedPodLog("inside", namespace).tailLines(1).execute()).lines().count());
        try (var followed = new PodLogs(client()).streamNamespacedPodLog(pod)) {
            readUntil(followed, "line 3\n");
        }
    }

    @Test
    void forwardedPortLeadsIntoThePod() throws Exception {
        try (var forward = new PortForward(CLIENT).forward(namespace, "inside", List.of(8080))) {
            forward.getOutboundStream(8080).write("GET / HTTP/1.0\r\n\r\n".getBytes(UTF_8));
            forward.getOutboundStream(8080).flush();
            assertTrue(readUntil(forward.getInputStream(8080), "hello from the pod\n").startsWith("HTTP/1."));
        }
    }

    @Test
    void filesAreCopiedBothWays(@TempDir Path folder) throws Exception {
        var bytes = new byte[200_000];
        new Random(1).nextBytes(bytes);
        var copy = new Copy(CLIENT);
        copy.copyFileToPod(namespace, "inside", "c", bytes, Path.of("/tmp/file.bin"));
        Eventually.see("the file has arrived", () -> size("/tmp/file.bin"), size -> size.equals("200000\n"));
        try (var in = copy.copyFileFromPod(namespace, "inside", "c", "/tmp/file.bin")) {
            assertArrayEquals(bytes, in.readAllBytes());
        }
        copy.copyDirectoryFromPod(namespace, "inside", "c", "/www", folder);
        try (var found = Files.walk(folder)) {
            assertEquals("hello from the pod\n", Files.readString(found.filter(file -> file.endsWith("index.html")).findFirst().orElseThrow()));
        }
    }

    private static String size(String file) {
        try {
            return new String(new Exec(CLIENT).exec(pod, new String[] {"stat", "-c", "%s", file}, false).getInputStream().readAllBytes(), UTF_8);
        } catch (IOException | io.kubernetes.client.openapi.ApiException e) {
            throw new AssertionError(e);
        }
    }
}
