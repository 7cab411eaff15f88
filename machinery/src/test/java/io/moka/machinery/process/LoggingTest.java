package io.moka.machinery.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LoggingTest {

    /// A supervised process that says one line and another over and over.
    public static final class Child extends ComponentProcess {

        private static String[] arguments = {};

        public static void main(String[] args) {
            arguments = args;
            System.exit(runProcess(Child::new));
        }

        @Override
        protected void start() {
            var log = LoggerFactory.getLogger("chatter");
            for (int i = 0; i < 5_000; i++) {
                log.warn("status of pod-{} failed", i, new IllegalStateException("cause " + i));
            }
            log.info("something else");
            for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
                System.err.println("line " + i + " goes past the logger".repeat(10));
            }
            stop();
        }
    }

    /// A process whose logger is made before its main method runs.
    public static final class TooEarly extends ComponentProcess {

        private static final Logger log = LoggerFactory.getLogger(TooEarly.class);

        public static void main(String[] args) {
            System.exit(runProcess(TooEarly::new));
        }

        @Override
        protected void start() {
            log.info("started");
            stop();
        }
    }

    private static String child(Path log, int plainLines) throws Exception {
        assertEquals(0, run(log, Child.class, Integer.toString(plainLines)));
        return Files.readString(log, StandardCharsets.UTF_8);
    }

    private static int run(Path log, Class<?> program, String... arguments) throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<>(List.of(java, "-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).redirectInput(new File("/dev/null"));
        builder.environment().put("MOKA_SUPERVISED", "test");
        var process = builder.start();
        try {
            assertTrue(process.waitFor(120, TimeUnit.SECONDS));
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void oneLineRepeatedIsBoundedWhateverItsArgumentsAre(@TempDir Path folder) throws Exception {
        var text = child(folder.resolve("p.log"), 0);
        assertEquals(200, text.lines().filter(line -> line.contains("WARN chatter - status of pod-")).count());
        assertEquals(200, text.lines().filter(line -> line.contains("IllegalStateException: cause ")).count());
        assertTrue(text.contains("INFO chatter - something else"), "other lines are logged");
        var date = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d) \\[main] INFO chatter - something else");
        assertTrue(text.lines().anyMatch(line -> date.matcher(line).matches()), "a line has its time and thread");
        assertFalse(text.contains("SLF4J"), "slf4j itself is quiet");
    }

    @Test
    void aLoggerThatIsMadeBeforeTheMainMethodEndsTheProcess(@TempDir Path folder) throws Exception {
        var log = folder.resolve("p.log");
        assertEquals(1, run(log, TooEarly.class));
        assertTrue(Files.readString(log).contains("a logger was made before logging was configured"));
    }

    @Test
    void aLogFileIsBoundedWhileItsProcessRuns(@TempDir Path folder) throws Exception {
        var log = folder.resolve("p.log");
        child(log, 150_000);
        var old = folder.resolve("p.log.1");
        assertTrue(Files.size(log) <= 11 << 20, "the log holds " + Files.size(log));
        assertTrue(Files.size(old) <= 11 << 20);
        assertTrue(Files.readString(log).contains("line 149999 "), "the newest is there");
        assertFalse(Files.readString(log).contains("\0"), "no hole where the file was cut");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(old)));
    }

    @Test
    void whatWasNotLoggedIsCountedAndTheNextMinuteBeginsAnew() {
        var nanos = new AtomicLong();
        var limit = new LineLimit(3, nanos::get);
        var line = new LineLimit.Line("a", "WARN", "x {}");
        int admitted = 0;
        for (int i = 0; i < 10; i++) {
            admitted += limit.admit(line) ? 1 : 0;
        }
        assertEquals(3, admitted);
        assertTrue(limit.admit(new LineLimit.Line("b", "WARN", "x {}")));
        nanos.addAndGet(59_000_000_000L);
        assertEquals(List.of(), limit.ended());
        nanos.addAndGet(2_000_000_000L);
        assertEquals(List.of(new LineLimit.Omitted(line, 7)), limit.ended());
        assertTrue(limit.admit(line));
    }

    @Test
    void endlesslyManyFormatsShareOneCount() {
        var limit = new LineLimit(3, () -> 0);
        int admitted = 0;
        for (int i = 0; i < 5_000; i++) {
            admitted += limit.admit(new LineLimit.Line("a", "WARN", "text " + i)) ? 1 : 0;
        }
        assertEquals(1_003, admitted);
    }
}
