package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How processes are found by their command line, their environment and their sockets, and how they are ended. All are children of the test.
class ProcessTableTest {

    @TempDir
    private Path folder;

    private final List<Process> children = new ArrayList<>();

    @AfterEach
    void end() {
        children.forEach(child -> {
            child.descendants().forEach(ProcessHandle::destroyForcibly);
            child.destroyForcibly();
        });
    }

    private Process start(Map<String, String> environment, String... words) throws IOException {
        var builder = new ProcessBuilder(words);
        builder.environment().putAll(environment);
        var child = builder.start();
        children.add(child);
        return child;
    }

    private static final Instance KUBELET = Instance.ofNode(Component.KUBELET, "alpha", true);

    /// Starts a shell that waits for its input, with these words in its command line.
    private long waiting(Map<String, String> environment, String... words) throws IOException {
        var all = new ArrayList<>(List.of("sh", "-c", "read line"));
        all.addAll(List.of(words));
        return start(environment, all.toArray(String[]::new)).pid();
    }

    private static List<Long> pids(List<ProcessHandle> processes) {
        return processes.stream().map(ProcessHandle::pid).sorted().toList();
    }

    @Test
    void aComponentIsFoundByItsProgramAndTheFolderOfItsCluster() throws IOException {
        var home = folder.resolve("home");
        long kubelet = waiting(Map.of(), "java", "io.moka.kubelet.Kubelet", "--root-dir=" + home + "/nodes/alpha");
        long second = waiting(Map.of(), "java", "io.moka.kubelet.Kubelet", "--kubeconfig=" + home + "/run/kubelet.kubeconfig", "--hostname-override=alpha");
        long other = waiting(Map.of(), "java", "io.moka.kubelet.Kubelet", "--root-dir=" + home + "/nodes/beta", "--hostname-override=beta");
        long hollow = waiting(Map.of(), "java", "io.moka.kubelet.Kubelet", "--runtime=hollow", "--kubeconfig=" + home + "/run/hollow.kubeconfig");
        waiting(Map.of(), "java", "io.moka.kubelet.Kubelet", "--root-dir=" + home + "2/nodes/alpha");
        waiting(Map.of(), "java", "io.moka.proxy.Proxy", "--root-dir=" + home + "/x");
        Await.until("all have their command lines", () -> ProcessTable.of(KUBELET, home).size() == 2 && ProcessTable.of(Instance.ofNode(Component.PROXY, "n", true), home).size() == 1);
        assertEquals(List.of(Math.min(kubelet, second), Math.max(kubelet, second)), pids(ProcessTable.of(KUBELET, home)));
        assertTrue(pids(ProcessTable.of(Instance.ofNode(Component.KUBELET, "beta", false), home)).contains(other));
        assertEquals(List.of(hollow), pids(ProcessTable.of(Instance.ofControlPlane(Component.HOLLOW), home)));
        assertEquals(1, ProcessTable.of(KUBELET, folder.resolve("home2")).size());
        assertEquals(List.of(), ProcessTable.of(Instance.ofControlPlane(Component.SCHEDULER), home));
    }

    @Test
    void supervisedProcessesAreFoundByTheirMarkAndSoAreTheirChildren() throws IOException {
        var file = folder.resolve("run/x.pid");
        long marked = start(Map.of("MOKA_SUPERVISED", file.toString()), "sh", "-c", "sleep 600 & wait").pid();
        waiting(Map.of("MOKA_SUPERVISED", file + "2"));
        waiting(Map.of(), file.toString());
        Await.until("the shell and its child", () -> ProcessTable.supervisedBy(file).size() == 2);
        var found = ProcessTable.supervisedBy(file);
        assertTrue(pids(found).contains(marked));
        var descendants = ProcessHandle.of(marked).orElseThrow().descendants().map(ProcessHandle::pid).toList();
        assertTrue(found.stream().allMatch(process -> process.pid() == marked || descendants.contains(process.pid())), found::toString);
        assertTrue(ProcessTable.isMarked(ProcessHandle.of(marked).orElseThrow(), file));
        assertFalse(ProcessTable.isMarked(ProcessHandle.current(), file));
    }

    @Test
    void recordersAreThoseOfTheSameBuild() throws IOException {
        long own = waiting(Map.of(), "java", "-Dmoka.dist=" + folder, Moka.class.getName(), "train");
        waiting(Map.of(), "java", "-Dmoka.dist=" + folder + "2", Moka.class.getName(), "train");
        waiting(Map.of(), "java", "-Dmoka.dist=" + folder, Moka.class.getName(), "status");
        Await.until("the recorder", () -> !ProcessTable.recorders(folder).isEmpty());
        assertEquals(List.of(own), pids(ProcessTable.recorders(folder)));
    }

    @Test
    void wordsOfACommandLineStayApart() throws IOException {
        long pid = waiting(Map.of(), "two words", "*", "$HOME");
        Await.until("the command line", () -> ProcessTable.commandLine(pid).contains("$HOME"));
        assertEquals(List.of("sh", "-c", "read line", "two words", "*", "$HOME"), ProcessTable.commandLine(pid));
        children.getFirst().destroyForcibly();
        Await.until("it has ended", () -> ProcessTable.commandLine(pid).isEmpty() || ProcessTable.commandLine(pid).equals(List.of("")));
    }

    /// The parent does not ask for the status of its child, which so stays in the table after its end.
    @Test
    void aProcessThatHasEndedDoesNotRunEvenIfItsParentDoesNotCollectIt() throws IOException {
        var parent = start(Map.of(), "sh", "-c", "sleep 0.2 & echo $!; exec sleep 600");
        try (BufferedReader lines = parent.inputReader()) {
            var child = ProcessHandle.of(Long.parseLong(lines.readLine())).orElseThrow();
            Await.until("the child has ended", () -> !ProcessTable.runs(child));
            assertTrue(ProcessTable.runs(parent.toHandle()));
            assertTrue(Signals.awaitEnd(List.of(child), Duration.ofSeconds(60)));
            assertFalse(Signals.awaitEnd(List.of(child, parent.toHandle()), Duration.ofMillis(50)), "the other one runs on");
        }
    }

    @Test
    void onlyListeningSocketsCount() throws IOException {
        var own = ProcessHandle.current();
        int port;
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress()); var client = new Socket(server.getInetAddress(), server.getLocalPort());
                var accepted = server.accept()) {
            port = server.getLocalPort();
            assertTrue(ProcessTable.listens(own, port));
            assertFalse(ProcessTable.listens(own, client.getLocalPort()), "a client's port");
            assertEquals(port, accepted.getLocalPort());
            server.close();
            assertFalse(ProcessTable.listens(own, port), "a connection is left, but nothing listens");
        }
    }

    @Test
    void theProcessThatHoldsAPortIsFound() throws IOException {
        var server = start(Map.of(), Distribution.java().toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m", "-m", "jdk.httpserver", "-b", "127.0.0.1", "-p", "0");
        try (BufferedReader lines = server.inputReader()) {
            var line = lines.readLine();
            while (line != null && !line.startsWith("URL ")) {
                line = lines.readLine();
            }
            int port = Integer.parseInt(String.valueOf(line).replaceAll(".*:(\\d+)/.*", "$1"));
            assertEquals(List.of(server.pid()), pids(ProcessTable.listeningOn(port)));
            assertTrue(ProcessTable.listens(server.toHandle(), port));
            assertFalse(ProcessTable.listens(ProcessHandle.current(), port), "another process than the one that is asked about");
        }
    }

    @Test
    void aProcessThatIgnoresTheRequestToEndIsKilled() throws IOException {
        var stubborn = start(Map.of(), "sh", "-c", "trap '' TERM; echo ready; read line");
        try (BufferedReader lines = stubborn.inputReader()) {
            assertEquals("ready", lines.readLine());
            Signals.terminate(List.of(stubborn.toHandle()));
            assertFalse(Signals.awaitEnd(List.of(stubborn.toHandle()), Duration.ofMillis(100)));
            Signals.end(List.of(stubborn.toHandle()), Duration.ofMillis(100));
            Await.until("it is killed", () -> !ProcessTable.runs(stubborn.toHandle()));
        }
    }

    @Test
    void signalsToNobodyAndToEndedProcessesAreNoFailure() throws Exception {
        Signals.end(List.of(), Duration.ofSeconds(60));
        var ended = start(Map.of(), "true");
        ended.waitFor();
        Signals.end(List.of(ended.toHandle()), Duration.ofSeconds(60));
        assertFalse(ProcessTable.runs(ended.toHandle()));
    }
}
