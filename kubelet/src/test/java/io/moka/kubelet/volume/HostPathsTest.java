package io.moka.kubelet.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPathsTest {

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void resolve() throws IOException {
        folder = temporary.toRealPath();
    }

    private static Path check(Path path, String type) throws IOException {
        try (var open = HostPaths.open(new HostPathVolumeSource(path.toString(), type))) {
            return open.realPath();
        }
    }

    @Test
    void missingFoldersAndFilesAreMade() throws IOException {
        assertEquals(folder.resolve("a/b"), check(folder.resolve("a/b"), "DirectoryOrCreate"));
        assertEquals(folder.resolve("a/file"), check(folder.resolve("a/file"), "FileOrCreate"));
        assertEquals(folder.resolve("c"), check(folder.resolve("c"), ""));

        assertTrue(Files.isDirectory(folder.resolve("a/b")));
        assertTrue(Files.isRegularFile(folder.resolve("a/file")));
        assertThrows(IOException.class, () -> check(folder.resolve("none/file"), "FileOrCreate"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "DirectoryOrCreate", "FileOrCreate"})
    void nothingIsMadeBehindALinkThatAPodMayHavePlanted(String type) throws IOException {
        var outside = Files.createDirectory(folder.resolve("outside"));
        Files.createSymbolicLink(folder.resolve("link"), outside);
        Files.createSymbolicLink(folder.resolve("dangling"), outside.resolve("made"));

        assertThrows(IOException.class, () -> check(folder.resolve("link/new"), type));
        assertThrows(IOException.class, () -> check(folder.resolve("dangling"), type));

        assertFalse(Files.exists(outside.resolve("new")));
        assertFalse(Files.exists(outside.resolve("made")));
    }

    @Test
    void pathThatExistsBehindALinkIsGivenAsItIs() throws IOException {
        Files.createDirectories(folder.resolve("outside/there"));
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("outside"));

        assertEquals(folder.resolve("outside/there"), check(folder.resolve("link/there"), "DirectoryOrCreate"));
    }

    @Test
    void theDistributionsOwnLinksAreFollowed() throws IOException {
        var name = "moka-test-" + ProcessHandle.current().pid();
        try {
            assertEquals(Path.of("/run").toRealPath().resolve(name), check(Path.of("/var/run", name), "DirectoryOrCreate"));
        } finally {
            Files.deleteIfExists(Path.of("/var/run", name));
        }
    }
}
