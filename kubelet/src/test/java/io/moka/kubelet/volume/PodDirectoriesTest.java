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

    private static final int FILES = 50;

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
        Files.createDirectories(pod);
        // a directory's order is arbitrary, so that a deletion would take most of them before it meets the mount
        for (int i = 0; i < FILES; i++) {
            Files.writeString(pod.resolve("file-" + i), "x");
        }
        mountTmpfs(pod.resolve("m/inner"));
        Files.writeString(pod.resolve("m/inner/file"), "inner");
        mountTmpfs(pod.resolve("m"));
        var mounts = Mounts.under(pod);

        assertThrows(IOException.class, () -> directories.remove("uid"));

        assertEquals(mounts, Mounts.under(pod));
        try (var entries = Files.list(pod)) {
            assertEquals(FILES + 1, entries.count());
        }
        Tool.run("umount", pod.resolve("m").toString());
        assertEquals("inner", Files.readString(pod.resolve("m/inner/file")));

        directories.remove("uid");
        assertFalse(Files.exists(pod));
        assertEquals(List.of(), Mounts.under(folder));
    }
}
