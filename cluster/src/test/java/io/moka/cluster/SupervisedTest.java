package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process under the two copies of the script `supervise`: its starts and ends, and what becomes of it when one of the three is killed.
class SupervisedTest {

    @TempDir
    private Path folder;

    private Supervised sleeper;

    @BeforeEach
    void prepare() {
        sleeper = supervised();
    }

    private Supervised supervised() {
        return new Supervised(folder.resolve("run"), folder.resolve("logs/sleeper.log"), "sleeper");
    }

    @AfterEach
    void stop() throws IOException {
        sleeper.stop(Duration.ofSeconds(20));
    }

    private long start() throws IOException {
        sleeper.start(ClusterFolder.SUPERVISE, List.of("sleep", "3600"));
        Await.until("runs", () -> sleeper.process().isPresent());
        return sleeper.process().orElseThrow().pid();
    }

    @Test
    void whatIsKilledIsStartedAgain() throws IOException {
        long first = start();
        assertTrue(ProcessHandle.of(first).orElseThrow().destroyForcibly());
        Await.until("another runs", () -> sleeper.process().map(process -> process.pid() != first).orElse(false));
        assertNotEquals(first, sleeper.process().orElseThrow().pid());
    }

    @Test
    void aSecondStartChangesNothingAndAnotherFindsTheSame() throws IOException {
        long first = start();
        sleeper.start(ClusterFolder.SUPERVISE, List.of("sleep", "7200"));
        assertEquals(first, supervised().process().orElseThrow().pid());
    }

    /// The waiting copy of the script takes over when the active one is killed, and watches the process that still runs.
    @Test
    void aKilledSupervisorIsReplacedAndItsProcessRunsOn() throws IOException {
        long process = start();
        for (int round = 0; round < 2; round++) {
            long supervisor = sleeper.supervisor().orElseThrow().pid();
            awaitStandby(supervisor);
            assertTrue(ProcessHandle.of(supervisor).orElseThrow().destroyForcibly());
            Await.until("another copy watches", () -> sleeper.supervisor().map(other -> other.pid() != supervisor).orElse(false));
            assertEquals(process, sleeper.process().orElseThrow().pid());
        }
        assertTrue(ProcessHandle.of(process).orElseThrow().destroyForcibly());
        Await.until("the process is started again", () -> sleeper.process().map(other -> other.pid() != process).orElse(false));
    }

    /// The copies of the script that wait for the lock. A process that ends while it is looked at has no command line left.
    private List<ProcessHandle> waitingCopies() throws IOException {
        return ProcessTable.supervisedBy(folder.resolve("run/sleeper.pid")).stream().filter(process -> {
            var words = ProcessTable.commandLine(process.pid());
            return !words.isEmpty() && words.getFirst().endsWith("flock");
        }).toList();
    }

    private void awaitStandby(long active) throws IOException {
        Await.until("a waiting copy", () -> waitingCopies().stream().anyMatch(process -> process.pid() != active));
    }

    @Test
    void aLostWaitingCopyIsReplaced() throws IOException {
        start();
        long active = sleeper.supervisor().orElseThrow().pid();
        awaitStandby(active);
        var waiting = waitingCopies().getFirst();
        // The script does not replace a copy that lasted less than five seconds.
        Await.until("it has lasted", () -> Duration.between(waiting.info().startInstant().orElseThrow(), java.time.Instant.now()).toSeconds() >= 7);
        waiting.destroyForcibly();
        Await.until("another", () -> waitingCopies().stream().anyMatch(process -> process.pid() != waiting.pid()));
    }

    @Test
    void stopFindsAProcessWhoseSupervisorsWereKilled() throws IOException {
        long process = start();
        awaitStandby(sleeper.supervisor().orElseThrow().pid());
        Signals.kill(ProcessTable.supervisedBy(folder.resolve("run/sleeper.pid")).stream().filter(found -> found.pid() != process).toList());
        Await.until("nobody watches", () -> sleeper.supervisor().isEmpty());
        assertEquals(process, sleeper.process().orElseThrow().pid());
        sleeper.stop(Duration.ofSeconds(20));
        assertFalse(ProcessHandle.of(process).map(ProcessTable::runs).orElse(false));
    }

    @Test
    void stopEndsAFrozenProcessAndAFrozenSupervisor() throws IOException {
        long process = start();
        for (var pid : new long[] {process, sleeper.supervisor().orElseThrow().pid()}) {
            assertEquals(0, Program.of("kill", "-s", "STOP", Long.toString(pid)).run().status());
        }
        sleeper.stop(Duration.ofSeconds(20));
        assertFalse(ProcessHandle.of(process).map(ProcessTable::runs).orElse(false));
        assertEquals(List.of(), ProcessTable.supervisedBy(folder.resolve("run/sleeper.pid")));
    }

    @Test
    void logsAreReadableByTheirOwnerAlone() throws IOException {
        start();
        assertEquals("rw-------", java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("logs/sleeper.log"))));
    }

    @Test
    void stopLeavesNothing() throws IOException {
        long pid = start();
        var supervisor = sleeper.supervisor().orElseThrow();
        sleeper.stop(Duration.ofSeconds(20));
        assertFalse(supervisor.isAlive());
        assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
        try (var files = Files.list(folder.resolve("run"))) {
            assertEquals(0, files.count());
        }
        sleeper.stop(Duration.ofSeconds(20));
    }

    @Test
    void aPidFileOfAnotherTimeMeansNothing() throws IOException {
        Files.createDirectories(folder.resolve("run"));
        var own = Long.toString(ProcessHandle.current().pid());
        for (var text : new String[] {own, "999999999", "", "nonsense"}) {
            Files.writeString(folder.resolve("run/sleeper.supervisor"), text);
            Files.writeString(folder.resolve("run/sleeper.pid"), text);
            assertTrue(sleeper.supervisor().isEmpty(), text);
            assertTrue(sleeper.process().isEmpty(), text);
            sleeper.stop(Duration.ofSeconds(20));
        }
        assertTrue(ProcessHandle.current().isAlive());
    }

    /// The process goes on writing; the script looks each second here, and cuts at a hundred lines.
    @Test
    void theLogIsBoundedWhileTheProcessRuns() throws IOException {
        var script = folder.resolve("supervise");
        Files.writeString(script, Files.readString(ClusterFolder.SUPERVISE).replace("log_limit=10485760 log_check_seconds=60", "log_limit=1000 log_check_seconds=1"));
        var log = folder.resolve("logs/sleeper.log");
        sleeper.start(script, List.of("sh", "-c", "while :; do echo 123456789; sleep 0.01; done"));
        Await.until("some lines are set aside", () -> Files.exists(folder.resolve("logs/sleeper.log.1")));
        long process = sleeper.process().orElseThrow().pid();
        Await.until("the log is cut and grows again", () -> Files.size(log) > 0 && Files.size(log) < 1000);
        assertTrue(Files.size(folder.resolve("logs/sleeper.log.1")) <= 1000);
        assertTrue(Files.readString(log).startsWith("123456789"), "no hole where the log was cut");
        assertEquals(process, sleeper.process().orElseThrow().pid());
    }

    @Test
    void theCommandsWordsReachTheProgramAsTheyAre() throws IOException {
        var words = List.of("two words", "*", "$HOME", "it's", "");
        var file = folder.resolve("words");
        var command = new ArrayList<>(List.of("sh", "-c", "printf '<%s>' \"$@\" >\"$0.new\"; mv \"$0.new\" \"$0\"; exec sleep 3600", file.toString()));
        command.addAll(words);
        sleeper.start(ClusterFolder.SUPERVISE, command);
        Await.until("the program has its words", () -> Files.exists(file));
        assertEquals("<two words><*><$HOME><it's><>", Files.readString(file));
    }

    /// A process that held the lock would keep the waiting copy from taking over.
    @Test
    void theProcessHoldsNoLockAndHasOneArenaOfMemory() throws IOException {
        long process = start();
        var lock = folder.resolve("run/sleeper.lock").toRealPath();
        Await.until("it is the program itself", () -> ProcessTable.commandLine(process).equals(List.of("sleep", "3600")));
        try (var descriptors = Files.list(Path.of("/proc", Long.toString(process), "fd"))) {
            for (var descriptor : descriptors.toList()) {
                assertNotEquals(lock, Files.readSymbolicLink(descriptor));
            }
        }
        assertTrue(Files.readString(Path.of("/proc", Long.toString(process), "environ")).contains("MALLOC_ARENA_MAX=1\0"));
    }

    @Test
    void aStoppedProcessEndsInOrder() throws IOException {
        var ready = folder.resolve("ready");
        var saved = folder.resolve("saved");
        sleeper.start(ClusterFolder.SUPERVISE, List.of("sh", "-c", "trap 'echo all >\"$1\"; exit 0' TERM; : >\"$0\"; while :; do sleep 0.05; done", ready.toString(), saved.toString()));
        Await.until("it is ready to be stopped", () -> Files.exists(ready));
        sleeper.stop(Duration.ofSeconds(60));
        assertEquals("all\n", Files.readString(saved));
    }

    @Test
    void aProgramThatEndsIsStartedAgainAtOnceAndThenAfterPauses() throws IOException {
        var runs = folder.resolve("runs");
        var log = folder.resolve("logs/sleeper.log");
        sleeper.start(ClusterFolder.SUPERVISE, List.of("sh", "-c", "echo run >>\"$0\"; echo no luck >&2; exit 1", runs.toString()));
        Await.until("the second pause begins", () -> Files.exists(log) && Files.readString(log).contains("starting it again in 1 s"));
        var lines = Files.readAllLines(log).stream().map(line -> line.replaceAll("after \\d+ s", "after N s")).toList();
        assertEquals(List.of("no luck", "supervise: the process ended after N s, starting it again in 0 s", "no luck",
                "supervise: the process ended after N s, starting it again in 1 s"), lines.subList(0, 4));
        assertTrue(Files.readAllLines(runs).size() >= 2);
    }

    @Test
    void aProgramThatIsNotThereIsNamedInTheLog() throws IOException {
        sleeper.start(ClusterFolder.SUPERVISE, List.of("/no/such/program"));
        var log = folder.resolve("logs/sleeper.log");
        Await.until("the log says so", () -> Files.exists(log) && Files.readString(log).contains("/no/such/program: not found"));
    }
}
