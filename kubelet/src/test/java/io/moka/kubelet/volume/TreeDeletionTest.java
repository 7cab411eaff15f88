package io.moka.kubelet.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeDeletionTest {

    @TempDir
    Path folder;

    private Path tree() throws IOException {
        return Files.createDirectories(folder.resolve("tree"));
    }

    @Test
    void linksAreDeletedAndNotFollowed() throws IOException {
        var outside = Files.createDirectories(folder.resolve("outside"));
        Files.writeString(outside.resolve("kept"), "x");
        Files.createDirectories(tree().resolve("a/b"));
        Files.createSymbolicLink(tree().resolve("a/link"), outside);
        Files.createSymbolicLink(tree().resolve("file"), outside.resolve("kept"));

        TreeDeletion.delete(tree());

        assertFalse(Files.exists(folder.resolve("tree")));
        assertTrue(Files.exists(outside.resolve("kept")));
        TreeDeletion.delete(folder.resolve("tree"));
    }

    /// A bind mount of the same device has the same device number, so that comparing these is not enough.
    @Test
    void mountPointStopsTheDeletionAndKeepsItsContent() throws IOException {
        var outside = Files.createDirectories(folder.resolve("outside"));
        Files.writeString(outside.resolve("kept"), "x");
        var point = Files.createDirectories(tree().resolve("a/mounted"));
        Linux.mount(outside, point, Linux.MS_BIND);
        try {
            assertThrows(IOException.class, () -> TreeDeletion.delete(tree()));
            assertTrue(Files.exists(outside.resolve("kept")));
        } finally {
            Mounts.unmountAll(point);
        }

        TreeDeletion.delete(tree());
        assertTrue(Files.exists(outside.resolve("kept")));
    }

    @Test
    void mountsBelowAMountAreTakenFromNobodyElse() throws IOException {
        var disk = Files.createDirectories(folder.resolve("disk"));
        Linux.mount(disk, disk, Linux.MS_BIND);
        var inner = Files.createDirectories(disk.resolve("inner"));
        Linux.mount(Files.createDirectories(folder.resolve("content")), inner, Linux.MS_BIND);
        var point = Files.createDirectories(tree().resolve("mounted"));
        try {
            Linux.mount(disk, point, Linux.MS_BIND | Linux.MS_REC);

            Mounts.unmountAll(tree());

            assertTrue(Mounts.isMountPoint(inner.toRealPath()));
            assertFalse(Mounts.isMountPoint(point.toRealPath()));
        } finally {
            Mounts.unmountAll(tree());
            Mounts.unmountAll(disk);
        }
    }

    @Test
    void treeDeeperThanAnyPathIsDeleted() throws IOException {
        try (var bottom = new Descent(OpenPath.of(tree()))) {
            for (int i = 0; i < 100; i++) {
                bottom.descend();
            }
        }

        TreeDeletion.delete(tree());

        assertFalse(Files.exists(folder.resolve("tree")));
    }

    private static final class Descent implements AutoCloseable {
        private OpenPath current;

        Descent(OpenPath top) {
            this.current = top;
        }

        void descend() throws IOException {
            try (var parent = current) {
                current = parent.directory("d".repeat(100), 0755);
            }
        }

        @Override
        public void close() {
            current.close();
        }
    }

    @Test
    void namesThatAreNoTextAreDeleted() throws IOException {
        try (var open = OpenPath.of(tree())) {
            Linux.makeFile(open.descriptor(), "plain + 100% ä?", 0644);
            Linux.rename(open.descriptor(), "plain + 100% ä?".getBytes("UTF-8"), open.descriptor(), "plain + 100% ö?");
            Linux.makeDirectory(open.descriptor(), new byte[] {'x', (byte) 0xff, (byte) 0xfe, '+'}, 0755);
        }
        assertEquals(2, Files.list(tree()).count());

        TreeDeletion.delete(tree());

        assertFalse(Files.exists(folder.resolve("tree")));
    }
}
