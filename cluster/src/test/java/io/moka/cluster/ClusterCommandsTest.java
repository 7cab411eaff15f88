package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `moka status`, `renew` and `doctor` for a cluster whose processes are sleeping programs and whose health endpoint is the test's.
class ClusterCommandsTest {

    @TempDir
    private Path folder;

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private HttpsServer endpoint;
    private ClusterFolder cluster;

    @BeforeEach
    void begin() throws IOException {
        endpoint = ClusterFolder.bind();
        int closed = ClusterFolder.CLOSED;
        var ports = new Ports(closed, closed, closed, ClusterFolder.port(endpoint), closed, closed, ClusterFolder.port(endpoint));
        cluster = ClusterFolder.make(folder, ClusterFolder.settings(ports));
        cluster.start(endpoint, "proxy-server", this::health);
    }

    @AfterEach
    void end() throws IOException {
        endpoint.stop(0);
        for (var component : Component.values()) {
            Supervised.of(cluster.layout(), cluster.settings().instance(component)).stop(Duration.ofSeconds(60));
        }
        Renewal.of(cluster.layout()).stop(Duration.ofSeconds(60));
    }

    private void health(HttpExchange exchange) throws IOException {
        var answer = answers.getOrDefault(exchange.getRequestURI().getPath(), "404").split(" ", 2);
        var body = (answer.length > 1 ? answer[1] : "").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(Integer.parseInt(answer[0]), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private Supervised run(Component component) throws IOException {
        var supervised = Supervised.of(cluster.layout(), cluster.settings().instance(component));
        supervised.start(ClusterFolder.SUPERVISE, List.of("sleep", "3600"));
        Await.until(component + " runs", () -> supervised.process().isPresent());
        return supervised;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            PROXY     | /readyz  | 200 ok                   | ok
            PROXY     | /readyz  | 500 rules are not there  | rules are not there
            PROXY     | /readyz  | 503                      | status 503
            KUBELET   | /healthz | 200 ok                   | ok
            KUBELET   | /healthz | 401 Unauthorized         | Unauthorized
            KUBELET   | /readyz  | 200 ok                   | status 404
            SCHEDULER | /readyz  | 200 ok                   | does not answer
            ETCD      | /health  | 200 ok                   | does not answer
            """)
    void healthIsWhatTheProcessItselfSays(Component component, String path, String answer, String expected) throws Exception {
        answers.put(path, answer);
        try (var health = new Health(cluster.layout(), cluster.settings())) {
            assertEquals(expected, health.of(cluster.settings().instance(component)));
        }
    }

    @Test
    void statusFailsWhileAProcessDoesNotRunAndSaysWhich() throws IOException {
        answers.put("/readyz", "200 ok");
        long pid = run(Component.PROXY).process().orElseThrow().pid();
        var status = cluster.moka("status");
        assertEquals(1, status.status());
        var lines = status.out().lines().toList();
        assertEquals(List.of("PROCESS", "etcd", "apiserver", "kubelet", "controllers", "scheduler", "proxy", "together"), lines.stream().map(line -> line.split(" +")[0]).toList());
        assertTrue(lines.get(1).matches("etcd +- +not running *"), lines.get(1));
        assertTrue(lines.get(6).matches("proxy +" + pid + " +ok +\\d+ MiB +\\d+s +" + cluster.settings().ports().proxy()), lines.get(6));
    }

    @Test
    void aProcessWhoseSupervisorsAreGoneIsNotWell() throws IOException {
        answers.put("/readyz", "200 ok");
        var proxy = run(Component.PROXY);
        long process = proxy.process().orElseThrow().pid();
        Files.delete(cluster.layout().run().resolve("proxy.supervisor"));
        assertTrue(cluster.moka("status").out().lines().anyMatch(line -> line.matches("proxy +" + process + " +not supervised .*")));
    }

    @Test
    void renewDoesNothingWhileNoCertificateEnds() throws IOException {
        var process = run(Component.PROXY).process().orElseThrow();
        assertEquals(new CommandRun(0, "No certificate ends soon.\n", ""), cluster.moka("renew"));
        assertTrue(ProcessTable.runs(process));
    }

    @Test
    void renewStartsTheUsersOfANewCertificateAgainAndNoOthers() throws IOException {
        answers.put("/readyz", "200 ok");
        var proxy = run(Component.PROXY);
        var scheduler = run(Component.SCHEDULER);
        long proxyPid = proxy.process().orElseThrow().pid();
        long schedulerPid = scheduler.process().orElseThrow().pid();
        Files.delete(cluster.layout().pki().resolve("proxy.crt"));
        Files.delete(cluster.layout().pki().resolve("controllers-server.crt"));
        assertEquals(new CommandRun(0, "Renewed controllers-server, proxy\nStarted proxy again\n", ""), cluster.moka("renew"), "the controllers do not run");
        Await.until("the proxy is started again", () -> proxy.process().map(other -> other.pid() != proxyPid).orElse(false));
        assertEquals(schedulerPid, scheduler.process().orElseThrow().pid());
        assertEquals("No certificate ends soon.\n", cluster.moka("renew").out());
    }

    /// The shell sleeps for half a day; when it is told to end it takes its sleep along.
    @Test
    void theRenewalIsASleepingShellThatLeavesNothing() throws IOException {
        var distribution = ClusterFolder.build(folder.resolve("dist"), "lib/a.jar", List.of("cluster"));
        Files.copy(ClusterFolder.SUPERVISE, distribution.supervise());
        Renewal.start(distribution, cluster.layout());
        var renewal = Renewal.of(cluster.layout());
        Await.until("the shell sleeps", () -> renewal.process().isPresent() && renewal.process().get().children().findAny().isPresent());
        var shell = renewal.process().orElseThrow();
        var sleep = shell.children().findFirst().orElseThrow();
        var words = ProcessTable.commandLine(shell.pid());
        assertEquals(List.of("io.moka.cluster.Moka", "renew", "--name", "home", "--state-dir", folder.toString()), words.subList(words.size() - 6, words.size()));
        Signals.terminate(List.of(shell));
        assertTrue(Signals.awaitEnd(List.of(shell, sleep), Duration.ofSeconds(60)));
        Await.until("another shell", () -> renewal.process().map(other -> other.pid() != shell.pid()).orElse(false));
        renewal.stop(Duration.ofSeconds(60));
        assertEquals(List.of(), ProcessTable.supervisedBy(cluster.layout().run().resolve("renewal.pid")));
    }

    @Test
    void doctorNamesThePortsThatOthersHave() {
        int taken = ClusterFolder.port(endpoint);
        var doctor = cluster.moka("doctor");
        assertEquals(1, doctor.status());
        assertTrue(doctor.out().lines().anyMatch(line -> line.matches("BAD  port " + taken + " +another program listens there; use --port-base")), doctor.out());
        // the test's endpoint has one of the ports that the kernel gives away
        assertTrue(doctor.out().lines().anyMatch(line -> line.matches("BAD  ports +connections get ports from \\d+ to \\d+, .*; use --port-base")), doctor.out());
        long bad = doctor.out().lines().filter(line -> line.startsWith("BAD")).count();
        assertTrue(doctor.out().endsWith(bad + " to mend.\n"), doctor.out());
    }

    @Test
    void doctorTakesThePortsOfTheRunningClusterForGood() throws IOException {
        run(Component.APISERVER);
        var out = cluster.moka("doctor").out();
        assertTrue(out.lines().anyMatch(line -> line.matches("ok   port " + ClusterFolder.port(endpoint) + " +kubelet \\(in use by the cluster\\)")), out);
    }

    @Test
    void doctorChecksEachProgramOfTheList() {
        var out = cluster.moka("doctor").out();
        Packages.programs().forEach((program, name) -> {
            var expected = Packages.isThere(program) ? "ok   " + program : "BAD  " + program;
            assertTrue(out.lines().anyMatch(line -> line.startsWith(expected) && (line.startsWith("ok") || line.endsWith("apt-get install " + name + " (bin/moka up does it)"))), program + "\n" + out);
        });
    }

    @Test
    void theStatusOfMemoryIsTheProcesssShare() throws IOException {
        assertTrue(StatusCommand.proportionalKibibytes(ProcessHandle.current().pid()) > 1_000, "this JVM");
        assertEquals(0, StatusCommand.proportionalKibibytes(999_999_999), "a process that has ended");
    }
}
