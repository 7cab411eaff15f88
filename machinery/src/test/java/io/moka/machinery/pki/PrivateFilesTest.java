package io.moka.machinery.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFilesTest {

    @TempDir
    Path folder;

    @Test
    void theOutputOfAProgramGoesToAFileThatOthersCannotRead() throws Exception {
        var log = PrivateFiles.log(folder.resolve("new/program.log"));
        assertEquals("rw-------", mode(log));
        var process = new ProcessBuilder("echo", "said").redirectInput(new File("/dev/null")).redirectOutput(log.toFile()).start();
        assertEquals(0, process.waitFor());
        assertEquals("said\n", Files.readString(log));
        assertEquals("rw-------", mode(log));
    }

    @Test
    void aFileThatOthersCouldReadKeepsItsContentAndLosesTheirRights() throws Exception {
        var log = Files.writeString(folder.resolve("old.log"), "before");
        Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-r--r--"));
        PrivateFiles.log(log);
        assertEquals("before", Files.readString(log));
        assertEquals("rw-------", mode(log));
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
