package io.moka.kubelet.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FsGroupTest {

    @TempDir
    Path temporary;

    private Path volume;
    private Path file;

    @BeforeEach
    void make() throws IOException {
        volume = Files.createDirectory(temporary.toRealPath().resolve("volume"));
        file = Files.writeString(Files.createDirectories(volume.resolve("a/b")).resolve("file"), "x");
        Files.setAttribute(file, "unix:mode", 0600);
    }

    private static String seen(Path path) throws IOException {
        return Files.getAttribute(path, "unix:gid") + " " + Integer.toOctalString((int) Files.getAttribute(path, "unix:mode") & 07777);
    }

    @Test
    void eachFileGetsTheGroup() throws IOException {
        new FsGroup(2000, false).applyTo(volume);
        assertEquals("2000 660", seen(file));
        assertEquals("2000 2775", seen(volume.resolve("a")));
        assertEquals("2000 2775", seen(volume));
    }

    @Test
    void withoutAGroupNothingChanges() throws IOException {
        new FsGroup(null, false).applyTo(volume);
        assertEquals("0 600", seen(file));
    }

    @Test
    void onRootMismatchLooksAtTheVolumesFolderAlone() throws IOException {
        new FsGroup(2000, true).applyTo(volume);
        assertEquals("2000 660", seen(file));
        Files.setAttribute(file, "unix:gid", 0);
        new FsGroup(2000, true).applyTo(volume);
        assertEquals("0 660", seen(file));
        new FsGroup(2000, false).applyTo(volume);
        assertEquals("2000 660", seen(file));
    }

    @Test
    void noLinkIsFollowed() throws IOException {
        var outside = Files.createDirectory(temporary.toRealPath().resolve("outside"));
        var secret = Files.writeString(outside.resolve("secret"), "x");
        Files.setAttribute(secret, "unix:mode", 0600);
        Files.createSymbolicLink(volume.resolve("link"), outside);
        Files.createSymbolicLink(volume.resolve("a/file-link"), secret);
        Files.createSymbolicLink(volume.resolve("dangling"), outside.resolve("none"));
        new FsGroup(2000, false).applyTo(volume);
        assertEquals("0 600", seen(secret));
        assertEquals("0 755", seen(outside));
    }
}
