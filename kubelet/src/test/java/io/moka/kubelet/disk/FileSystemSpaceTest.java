package io.moka.kubelet.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSystemSpaceTest {

    @Test
    void saysWhatTheSystemsOwnToolSays(@TempDir Path folder) throws Exception {
        var stat = new ProcessBuilder("stat", "-f", "-c", "%S %b %c", folder.toString()).start();
        var words = new String(stat.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip().split(" ");

        var space = FileSystemSpace.of(folder);

        assertEquals(Long.parseLong(words[0]) * Long.parseLong(words[1]), space.capacityBytes());
        assertEquals(Long.parseLong(words[2]), space.inodes());
        assertEquals(Files.getFileStore(folder).getTotalSpace(), space.capacityBytes());
        assertTrue(space.availableBytes() + space.usedBytes() <= space.capacityBytes(), space::toString);
        assertTrue(space.usedInodes() >= 0 && space.freeInodes() <= space.inodes(), space::toString);
    }

    @Test
    void missingFolderIsAnError(@TempDir Path folder) {
        assertTrue(assertThrows(IOException.class, () -> FileSystemSpace.of(folder.resolve("gone"))).getMessage().endsWith("/gone: error 2"));
    }
}
