package io.moka.machinery.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log file with a bound of 100 bytes.
class BoundedLogFileTest {

    private static final int BOUND = 100;
    /// 20 bytes with its end of line.
    private static final String LINE = "line %02d of the log.\n";

    @TempDir
    private Path folder;
    private Path file;
    private OutputStream out;

    @BeforeEach
    void open() throws IOException {
        file = Files.createFile(folder.resolve("scheduler.log"));
        out = bounded(file);
    }

    private static OutputStream bounded(Path file) throws IOException {
        return BoundedLogFile.of(Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND), file, BOUND);
    }

    private void lines(int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            out.write(LINE.formatted(i).getBytes(StandardCharsets.UTF_8));
        }
    }

    private Path old() {
        return folder.resolve("scheduler.log.1");
    }

    @Test
    void aShortLogStaysInOneFile() throws IOException {
        lines(0, 4);
        assertEquals(4, Files.readAllLines(file).size());
        assertFalse(Files.exists(old()));
    }

    @Test
    void aLogBeyondTheBoundIsSetAsideWithItsNewestLines() throws IOException {
        lines(0, 10);
        assertEquals(0, Files.size(file));
        assertTrue(Files.size(old()) <= BOUND);
        assertTrue(Files.readString(old()).endsWith(LINE.formatted(9)), Files.readString(old()));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(old())));
        lines(10, 12);
        assertEquals(2, Files.readAllLines(file).size());
        lines(12, 22);
        assertFalse(Files.readString(old()).contains(LINE.formatted(9)), "only one older file is kept");
        assertTrue(Files.size(file) + Files.size(old()) <= 2 * BOUND);
    }

    @Test
    void aFileThatHasGrownByOthersIsSetAsideToo() throws IOException {
        Files.writeString(file, "x".repeat(5 * BOUND));
        lines(0, 5);
        assertEquals(0, Files.size(file));
        assertEquals(BOUND, Files.size(old()));
    }

    @Test
    void aLogThatCannotBeSetAsideIsWrittenOn() throws IOException {
        Files.createDirectory(old());
        Files.createFile(old().resolve("in the way"));
        lines(0, 12);
        assertEquals(12, Files.readAllLines(file).size());
    }

    @Test
    void aByteCountsAsMuchAsALine() throws IOException {
        for (int i = 0; i < 2 * BOUND; i++) {
            out.write('x');
        }
        assertTrue(Files.exists(old()));
        assertTrue(Files.size(file) < BOUND);
    }
}
