package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterLockTest {

    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    private Path folder;

    /// Holds the lock of a cluster until its input ends.
    public static final class Holder {

        public static void main(String[] args) throws Exception {
            try (var _ = ClusterLock.take(new Layout(Path.of(args[0]), args[1]), ClusterLock.LONGEST)) {
                System.out.println("held");
                System.in.readAllBytes();
            }
        }
    }

    private Process holder(String cluster) throws Exception {
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", System.getProperty("java.class.path"), Holder.class.getName(),
                folder.toString(), cluster).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        assertEquals("held", process.inputReader().readLine());
        return process;
    }

    @Test
    void aSecondCommandWaitsAndNamesTheFirst() throws Exception {
        var layout = new Layout(folder, "home");
        var holder = holder("home");
        try {
            var failure = assertThrows(ClusterException.class, () -> ClusterLock.take(layout, SHORT));
            assertTrue(failure.getMessage().startsWith("process " + holder.pid() + " is still starting or stopping cluster \"home\""), failure.getMessage());
            ClusterLock.take(new Layout(folder, "other"), SHORT).close();
            holder.getOutputStream().close();
            ClusterLock.take(layout, Duration.ofSeconds(30)).close();
        } finally {
            holder.destroyForcibly();
        }
    }

    @Test
    void theLockOfAKilledCommandIsFree() throws Exception {
        var holder = holder("home");
        holder.destroyForcibly();
        assertTrue(holder.waitFor(30, TimeUnit.SECONDS));
        ClusterLock.take(new Layout(folder, "home"), SHORT).close();
    }
}
