package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs of the machine that are run to their end: their input, output, environment, status and deadline.
class ProgramTest {

    @TempDir
    private Path folder;

    @Test
    void outputAndErrorsComeTogetherWithTheStatus() throws IOException {
        var result = Program.of("sh", "-c", "echo out; echo err >&2; exit 3").run();
        assertEquals(new Program.Result(3, "out\nerr\n"), result);
    }

    @Test
    void aFailedProgramIsNamedWithWhatItSaid() {
        var failure = assertThrows(ClusterException.class, () -> Program.of("sh", "-c", "echo no such thing >&2; exit 1").require());
        assertEquals("sh -c failed: no such thing", failure.getMessage());
    }

    @Test
    void wordsAreNotReadByAShell() throws IOException {
        assertEquals("two words|*|$HOME|", Program.of("printf", "%s|", "two words", "*", "$HOME").require());
    }

    @Test
    void variablesAreAddedToThoseOfTheTest() throws IOException {
        var program = Program.of("sh", "-c", "echo $FIRST $SECOND ${PATH:+path}").with("FIRST", "1").with("SECOND", "2");
        assertEquals("1 2 path\n", program.require());
    }

    /// A pipe holds 64 KiB: the program stops writing until its output is read, and the test stops writing until its input is read.
    @Test
    void aProgramMayWriteAsMuchAsItReads() throws IOException {
        var text = "0123456789abcde\n".repeat(60_000);
        assertEquals(text, Program.of("cat").input(text).require());
    }

    @Test
    void aProgramNeedNotReadItsInput() throws IOException {
        assertEquals("done\n", Program.of("echo", "done").input("x".repeat(1_000_000)).require());
    }

    @Test
    void aProgramWithoutInputFindsItsEnd() throws IOException {
        assertEquals(0, Program.of("cat").run().status());
    }

    @Test
    void aProgramThatTakesTooLongIsKilled() {
        var mark = folder.resolve("pid");
        var failure = assertThrows(ClusterException.class, () -> Program.of("sh", "-c", "echo $$ >\"$0\"; exec sleep 600", mark.toString()).within(Duration.ofSeconds(1)).run());
        assertEquals("sh -c did not end within 1 s", failure.getMessage());
        assertTrue(Files.exists(mark), "it had begun");
        assertKilled(mark);
    }

    private static void assertKilled(Path mark) {
        try {
            var process = ProcessHandle.of(Long.parseLong(Files.readString(mark).strip()));
            Await.until("it ends", () -> process.map(found -> !ProcessTable.runs(found)).orElse(true));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anAbsentProgramIsAnError() {
        assertThrows(IOException.class, () -> Program.of("no-such-program-of-moka").run());
        assertFalse(Packages.isThere("no-such-program-of-moka"));
        assertTrue(Packages.isThere("sh"));
    }

    /// The launcher reads the same file with a shell, which splits each line at its blank.
    @Test
    void eachProgramThatAClusterNeedsHasItsPackage() {
        var programs = Packages.programs();
        assertEquals("docker.io", programs.get("dockerd"));
        assertEquals("util-linux", programs.get("flock"));
        programs.forEach((program, name) -> assertTrue(program.matches("[a-z0-9.]+") && name.matches("[a-z0-9.+-]+"), program + " " + name));
        assertTrue(programs.values().containsAll(Packages.missing()), "what is missing are packages");
    }
}
