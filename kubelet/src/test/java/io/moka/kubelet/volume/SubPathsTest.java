package io.moka.kubelet.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubPathsTest {

    @TempDir
    Path folder;

    private Path volume;
    private Path outside;

    @BeforeEach
    void makeVolume() throws IOException {
        volume = Files.createDirectory(folder.toRealPath().resolve("volume"));
        outside = Files.createDirectory(folder.toRealPath().resolve("outside"));
        Files.setAttribute(volume, "unix:mode", 0777);
    }

    private Path opened(String subPath) throws IOException {
        try (var path = SubPaths.open(volume, subPath)) {
            return path.realPath();
        }
    }

    @Test
    void missingFolderIsMadeWithTheVolumesMode() throws IOException {
        assertEquals(volume.resolve("a/b"), opened("a/b"));

        assertTrue(Files.isDirectory(volume.resolve("a/b")));
        assertEquals(0777, (int) Files.getAttribute(volume.resolve("a"), "unix:mode") & 07777);
        assertEquals(0777, (int) Files.getAttribute(volume.resolve("a/b"), "unix:mode") & 07777);
    }

    @Test
    void existingFileIsOpened() throws IOException {
        Files.writeString(volume.resolve("file"), "x");

        assertEquals(volume.resolve("file"), opened("file"));
        assertEquals(volume, opened("./"));
    }

    @Test
    void linkWithinTheVolumeIsFollowed() throws IOException {
        Files.createDirectory(volume.resolve("real"));
        Files.createSymbolicLink(volume.resolve("link"), Path.of("real"));

        assertEquals(volume.resolve("real"), opened("link"));
        assertEquals(volume.resolve("real/new"), opened("link/new"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/etc", "a/../../x", "a/../x", ".."})
    void pathOutOfTheVolumeIsRefused(String path) {
        assertThrows(IOException.class, () -> opened(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"absolute", "relative", "absolute/new", "relative/new"})
    void linkOutOfTheVolumeIsRefusedAndNothingIsMadeBehindIt(String path) throws IOException {
        Files.createSymbolicLink(volume.resolve("absolute"), outside);
        Files.createSymbolicLink(volume.resolve("relative"), Path.of("../outside"));

        assertThrows(IOException.class, () -> opened(path));
        assertFalse(Files.exists(outside.resolve("new")));
    }

    @Test
    void danglingLinkIsNotFollowedToMakeAnything() throws IOException {
        Files.createSymbolicLink(volume.resolve("dangling"), outside.resolve("made"));
        Files.createSymbolicLink(volume.resolve("inside"), Path.of("nothing"));

        assertThrows(IOException.class, () -> opened("dangling"));
        assertThrows(IOException.class, () -> opened("inside/new"));
        assertFalse(Files.exists(outside.resolve("made")));
        assertFalse(Files.exists(volume.resolve("nothing")));
    }
}
