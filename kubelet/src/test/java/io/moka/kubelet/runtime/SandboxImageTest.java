package io.moka.kubelet.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxImageTest {

    @TempDir
    Path folder;

    @Test
    void programWaitsUntilItIsToldToEnd() throws Exception {
        var program = folder.resolve("pause");
        Files.write(program, SandboxImage.program());
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));

        var process = new ProcessBuilder(program.toString()).start();
        assertFalse(process.waitFor(300, TimeUnit.MILLISECONDS), "it ended by itself");
        process.destroy();

        assertTrue(process.waitFor(5, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
        assertTrue(SandboxImage.program().length < 400);
    }
}
