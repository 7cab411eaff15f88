package io.moka.machinery.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.thread.TaskThread;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// In a virtual machine of its own, whose log is read.
class TaskThreadTest {

    /// A process with a piece of work that fails.
    public static final class Child extends ComponentProcess {

        private static String way = "";

        public static void main(String[] args) {
            way = args[0];
            System.exit(runProcess(Child::new));
        }

        @Override
        protected void start() throws InterruptedException {
            var thread = way.equals("virtual") ? TaskThread.start("delivery", Child::fail) : TaskThread.startPlatform("delivery", Child::fail);
            thread.join();
            stop();
        }

        private static void fail() {
            throw new IllegalStateException("the parcel is too large");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"virtual", "platform"})
    void aFailureIsLoggedAndTheProcessGoesOn(String way) throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(List.of(java, "-cp", System.getProperty("java.class.path"), Child.class.getName(), way)).redirectErrorStream(true).start();
        try {
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue(), output);
            assertTrue(output.contains("the work of the thread delivery has failed"), output);
            assertTrue(output.contains("the parcel is too large"), output);
        } finally {
            process.destroyForcibly();
        }
    }
}
