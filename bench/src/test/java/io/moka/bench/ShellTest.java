package io.moka.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShellTest {

    @TempDir
    private Path folder;

    @Test
    void aCommandRunsInTheFolderWithTheEnvironment() throws Exception {
        var run = new Shell(folder, Map.of("KUBECONFIG", "here")).run("sh", "-c", "echo $KUBECONFIG; pwd");
        assertEquals("here\n" + folder.toRealPath() + "\n", run.output());
        assertTrue(run.took().isPositive());
    }

    @Test
    void aCommandThatFailsSaysWhatItPrinted() {
        var failure = assertThrows(IOException.class, () -> new Shell(folder, Map.of()).run("sh", "-c", "echo no >&2; exit 3"));
        assertEquals("sh -c echo no >&2; exit 3 ended with 3: no", failure.getMessage());
    }

    @Test
    void programsAreLookedForOnThePath() {
        assertTrue(Shell.isOnPath("sh"));
        assertFalse(Shell.isOnPath("no-such-program"));
    }
}
