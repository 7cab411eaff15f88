package io.moka.kubelet.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodDirectoriesTest {

    @TempDir
    Path temporary;

    private Path folder;
    private PodDirectories directories;

    @BeforeEach
    void begin() throws IOException {
        folder = temporary.toRealPath();
        directories = new PodDirectories(folder.resolve("kubelet"));
    }

    @AfterEach
    void unmount() throws IOException {
        Mounts.unmountAll(folder);
    }

    private static void mountTmpfs(Path path) throws IOException {
        Files.createDirectories(path);
        Tool.run("mount", "-t", "tmpfs", "tmpfs", path.toString());
    }

    /// A mount that another one hides cannot be unmounted.
    @Test
    void unmountThatFailsKeepsEverythingOfThePod() throws IOException {
        var pod = directories.pod("uid");
        var first = Files.createDirectories(pod.resolve("a"));
        Files.writeString(first.resolve("file"), "first");
        mountTmpfs(pod.resolve("m/inner"));
        Files.writeString(pod.resolve("m/inner/file"), "inner");
        Files.writeString(pod.resolve("z"), "last");
        mountTmpfs(pod.resolve("m"));
        var mounts = Mounts.under(pod);

        assertThrows(IOException.class, () -> directories.remove("uid"));

        assertEquals(mounts, Mounts.under(pod));
        assertEquals("first", Files.readString(first.resolve("file")));
        assertEquals("last", Files.readString(pod.resolve("z")));
        Tool.run("umount", pod.resolve("m").toString());
        assertEquals("inner", Files.readString(pod.resolve("m/inner/file")));

        directories.remove("uid");
        assertFalse(Files.exists(pod));
        assertEquals(List.of(), Mounts.under(folder));
    }
}
