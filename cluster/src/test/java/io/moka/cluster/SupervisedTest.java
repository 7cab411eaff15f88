package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisedTest {

    private static final Path SCRIPT = Path.of("src/main/sh/supervise").toAbsolutePath();

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

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(String what, Condition condition) throws IOException {
        long deadline = System.nanoTime() + 15_000_000_000L;
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < deadline, what);
            LockSupport.parkNanos(10_000_000);
        }
    }

    private long start() throws IOException {
        sleeper.start(SCRIPT, List.of("sleep", "3600"));
        await("runs", () -> sleeper.process().isPresent());
        return sleeper.process().orElseThrow().pid();
    }

    @Test
    void whatIsKilledIsStartedAgain() throws IOException {
        long first = start();
        assertTrue(ProcessHandle.of(first).orElseThrow().destroyForcibly());
        await("another runs", () -> sleeper.process().map(process -> process.pid() != first).orElse(false));
        assertNotEquals(first, sleeper.process().orElseThrow().pid());
    }

    @Test
    void aSecondStartChangesNothingAndAnotherFindsTheSame() throws IOException {
        long first = start();
        sleeper.start(SCRIPT, List.of("sleep", "7200"));
        assertEquals(first, supervised().process().orElseThrow().pid());
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
}
