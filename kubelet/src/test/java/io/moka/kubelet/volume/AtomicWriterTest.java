package io.moka.kubelet.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.kubelet.volume.AtomicWriter.FileContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicWriterTest {

    @TempDir
    Path volume;

    private boolean write(Map<String, FileContent> files) throws IOException {
        return new AtomicWriter(volume, new Ownership(null)).write(files);
    }

    private static FileContent file(String text) {
        return new FileContent(text.getBytes(), 0644);
    }

    @Test
    void filesAreReadThroughOneLink() throws IOException {
        assertTrue(write(Map.of("a", file("1"), "sub/b", file("2"))));

        assertEquals("1", Files.readString(volume.resolve("a")));
        assertEquals("2", Files.readString(volume.resolve("sub/b")));
        assertEquals(Path.of("..data/a"), Files.readSymbolicLink(volume.resolve("a")));
        assertTrue(Files.isSymbolicLink(volume.resolve("..data")));
    }

    @Test
    void sameContentIsNotWrittenAgain() throws IOException {
        write(Map.of("a", file("1")));
        var data = Files.readSymbolicLink(volume.resolve("..data"));

        assertFalse(write(Map.of("a", file("1"))));

        assertEquals(data, Files.readSymbolicLink(volume.resolve("..data")));
    }

    @Test
    void readerThatHoldsTheOldStateSeesNothingOfTheNew() throws IOException {
        write(Map.of("a", file("1"), "b", file("1")));
        try (var open = Files.newInputStream(volume.resolve("a"))) {
            write(Map.of("a", file("2"), "c", file("2")));

            assertEquals("1", new String(open.readAllBytes()));
        }
        assertEquals("2", Files.readString(volume.resolve("a")));
        assertFalse(Files.exists(volume.resolve("b"), LinkOption.NOFOLLOW_LINKS));
        try (var entries = Files.list(volume)) {
            assertEquals(4, entries.count(), "a, c, ..data and one folder");
        }
    }

    @Test
    void changedModeIsAChange() throws IOException {
        write(Map.of("a", file("1")));

        assertTrue(write(Map.of("a", new FileContent("1".getBytes(), 0400))));

        assertEquals(0400, (int) Files.getAttribute(volume.resolve("a"), "unix:mode") & 07777);
    }

    @Test
    void pathOutOfTheVolumeIsRefused() {
        assertThrows(IOException.class, () -> write(Map.of("../a", file("1"))));
    }
}
