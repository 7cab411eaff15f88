package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.api.Test;

/// The commands of upstream's kubectl that keep a connection open, with each installed version: the older ones speak SPDY, those
/// from 1.30 on WebSockets; port forwarding from 1.31 on carries SPDY in them. Several versions may be installed beside each other as
/// `kubectl` and `kubectl.1.<minor>`.
@ParameterizedClass
@MethodSource("programs")
class StreamingKubectlTest {

    private static final String NAMESPACE = "streaming";
    private static final TestCluster CLUSTER = TestCluster.shared();
    private static final Pattern FORWARDED = Pattern.compile("Forwarding from 127\\.0\\.0\\.1:(\\d+) -> 8080");
    private static final String MANIFEST = """
            apiVersion: v1
            kind: Pod
            metadata: {name: site}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - name: site
                image: busybox:1.36
                command: [sh, -c, "mkdir -p /www; echo from the pod > /www/index.html; exec httpd -f -p 8080 -h /www"]
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: again}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - name: again
                image: busybox:1.36
                command: [sh, -c, "echo an instance; sleep 1; exit 1"]
            """;

    private final String program;

    StreamingKubectlTest(Path program) {
        this.program = program.toString();
    }

    static List<Path> programs() throws IOException {
        var known = Path.of(Shell.run("sh", "-c", "command -v kubectl").ok().strip()).toRealPath();
        var programs = new ArrayList<>(List.of(known));
        try (var others = Files.newDirectoryStream(known.getParent(), "kubectl.1.{27,30,33}")) {
            others.forEach(programs::add);
        }
        return programs;
    }

    @BeforeAll
    static void start() {
        CLUSTER.createNamespace(NAMESPACE);
        CLUSTER.kubectlWithInput(MANIFEST, "apply", "-n", NAMESPACE, "-f", "-").ok();
        CLUSTER.kubectl("wait", "-n", NAMESPACE, "--for=condition=Ready", "pod/site", "--timeout=60s").ok();
    }

    @AfterAll
    static void end() {
        CLUSTER.kubectl("delete", "namespace", NAMESPACE).ok();
    }

    private static Map<String, String> environment() {
        return Map.of("KUBECONFIG", CLUSTER.folder().resolve("kubeconfig").toString());
    }

    private Shell.Result kubectl(String stdin, String... arguments) {
        var command = new ArrayList<>(List.of(program, "-n", NAMESPACE));
        command.addAll(List.of(arguments));
        return Shell.run(environment(), command, stdin);
    }

    /// Runs the command with a terminal, as a person does.
    private Shell.Result atATerminal(String stdin, String arguments) {
        return Shell.run(environment(), List.of("script", "-qec", program + " -n " + NAMESPACE + " " + arguments, "/dev/null"), stdin);
    }

    @Test
    void execHandsThroughInputOutputAndExitCode() {
        assertTrue(kubectl("typed", "exec", "-i", "site", "--", "cat").ok().contains("typed"));
        assertEquals(3, kubectl("", "exec", "site", "--", "sh", "-c", "exit 3").status());
    }

    @Test
    void execWithATerminalSeesOne() {
        assertTrue(atATerminal("", "exec -it site -- tty").ok().contains("/dev/"));
    }

    @Test
    void attachSpeaksToTheProcess() {
        var out = kubectl("hello\n", "run", "reader-" + System.nanoTime(), "-i", "--rm", "--restart=Never", "--image=busybox:1.36", "--quiet", "--", "sh", "-c",
                "read line; echo heard $line").out();
        assertTrue(out.contains("heard hello"), out);
    }

    @Test
    void forwardedPortLeadsIntoThePod() throws Exception {
        var builder = new ProcessBuilder(program, "-n", NAMESPACE, "port-forward", "pod/site", ":8080").redirectErrorStream(true);
        builder.environment().putAll(environment());
        var process = builder.start();
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)); var http = HttpClient.newHttpClient()) {
            var line = lines.readLine();
            var matcher = FORWARDED.matcher(String.valueOf(line));
            assertTrue(matcher.find(), line);
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + matcher.group(1) + "/")).timeout(Duration.ofSeconds(20)).build();
            for (int i = 0; i < 2; i++) {
                assertEquals("from the pod\n", http.send(request, BodyHandlers.ofString()).body());
            }
        } finally {
            process.destroy();
        }
    }

    @Test
    void filesAreCopiedBothWays(@TempDir Path folder) throws IOException {
        var bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        var file = Files.write(folder.resolve("there"), bytes);
        kubectl("", "cp", file.toString(), "site:/tmp/there").ok();
        kubectl("", "cp", "site:/tmp/there", folder.resolve("back").toString()).ok();
        assertEquals(-1, Files.mismatch(file, folder.resolve("back")));
    }

    @Test
    void logOfTheInstanceBeforeIsRead() {
        var out = Shell.await("a restart", Duration.ofSeconds(30), () -> kubectl("", "logs", "again", "--previous").out(), log -> log.contains("an instance"));
        assertTrue(out.startsWith("an instance"), out);
    }

    @Test
    void debuggerSeesTheProcessesOfItsTarget() {
        var out = atATerminal("ps\nexit\n", "debug -it site --image=busybox:1.36 --target=site -- sh").out();
        assertTrue(out.contains("httpd -f -p 8080"), out);
    }
}
