package io.moka.kubelet.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubPathsTest {

    @TempDir
    Path volume;

    @Test
    void missingFolderIsMade() throws IOException {
        assertTrue(Files.isDirectory(SubPaths.resolve(volume, "a/b")));
    }

    @Test
    void linkWithinTheVolumeIsFollowed() throws IOException {
        Files.createDirectory(volume.resolve("real"));
        Files.createSymbolicLink(volume.resolve("link"), Path.of("real"));

        assertEquals(volume.toRealPath().resolve("real"), SubPaths.resolve(volume, "link"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/etc", "a/../../x"})
    void pathOutOfTheVolumeIsRefused(String path) {
        assertThrows(IOException.class, () -> SubPaths.resolve(volume, path));
    }

    @Test
    void linkOutOfTheVolumeIsRefused() throws IOException {
        Files.createSymbolicLink(volume.resolve("etc"), Path.of("/etc"));

        assertThrows(IOException.class, () -> SubPaths.resolve(volume, "etc"));
        assertThrows(IOException.class, () -> SubPaths.resolve(volume, "etc/passwd"));
    }
}
