package io.moka.machinery.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.thread.NeededThread;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each in a virtual machine of its own, since it ends.
class NeededThreadTest {

    /// A process with a thread that fails as the argument says.
    public static final class Child extends ComponentProcess {

        private static String way = "";

        public static void main(String[] args) {
            way = args[0];
            System.exit(runProcess(Child::new));
        }

        @Override
        protected void start() {
            closeAtEnd(() -> System.err.println("closed in good order"));
            NeededThread.start("loop", () -> {
                switch (way) {
                    case "exception" -> throw new IllegalStateException("the loop has failed");
                    case "error" -> throw new StackOverflowError("the loop has failed");
                    default -> { }
                }
            });
            if (way.equals("returns")) {
                Thread.ofPlatform().start(this::stop);
            }
        }
    }

    private record Ended(int status, String output) {
    }

    private static Ended child(String way) throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(List.of(java, "-cp", System.getProperty("java.class.path"), Child.class.getName(), way)).redirectErrorStream(true).start();
        try {
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            return new Ended(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"exception", "error"})
    void aFailureEndsTheProcessInGoodOrderAndSaysWhy(String way) throws Exception {
        var ended = child(way);
        assertEquals(NeededThread.EXIT_STATUS, ended.status, ended.output);
        assertTrue(ended.output.contains("the thread loop has failed"), ended.output);
        assertTrue(ended.output.contains("closed in good order"), ended.output);
    }

    @Test
    void workThatReturnsEndsNothing() throws Exception {
        var ended = child("returns");
        assertEquals(0, ended.status, ended.output);
        assertFalse(ended.output.contains("has failed"), ended.output);
    }
}
