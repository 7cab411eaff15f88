package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The states of the file of keys, from one key to the next.
class EncryptionKeysTest {

    @TempDir
    private Path folder;

    private Layout layout;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private EncryptionKeys keys;

    @BeforeEach
    void prepare() {
        layout = new Layout(folder, "home");
        keys = new EncryptionKeys(layout, () -> now);
    }

    @Test
    void theFirstKeyIsMadeOnceAndIsPrivate() throws IOException {
        assertTrue(assertThrows(ClusterException.class, keys::read).getMessage().contains("bin/moka up"));
        keys.ensure(false);
        var first = keys.read();
        assertEquals(1, first.keys().size());
        assertFalse(first.plain(), "a new cluster has nothing that is not encrypted");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(EncryptionKeys.file(layout))));
        keys.ensure(true);
        assertEquals(first, keys.read(), "what is there stays");
    }

    @Test
    void anOlderClustersPlainSecretsAreReadUntilTheFirstRotation() throws IOException {
        keys.ensure(true);
        assertTrue(keys.read().plain());
        now = now.plusSeconds(1);
        assertTrue(keys.begin().plain());
        keys.finish();
        assertFalse(keys.read().plain());
    }

    @Test
    void aRotationThatWasBrokenOffIsGoneOnWith() throws IOException {
        keys.ensure(false);
        var old = keys.read().newest();
        now = now.plusSeconds(1);
        var begun = keys.begin();
        assertEquals(2, begun.keys().size());
        assertEquals(old, begun.keys().getLast(), "the old key decrypts");
        assertNotEquals(old.secret(), begun.newest().secret());
        now = now.plusSeconds(1);
        assertEquals(begun, new EncryptionKeys(layout, () -> now).begin(), "no third key");
        keys.finish();
        assertEquals(java.util.List.of(begun.newest()), keys.read().keys());
    }
}
