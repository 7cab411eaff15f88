package io.moka.kubelet.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.moka.machinery.storage.LocalPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedFoldersTest {

    @TempDir
    Path temporary;

    private Path root;
    private LocalPathStore store;
    private PersistentVolume volume;

    @BeforeEach
    void begin() throws IOException {
        root = temporary.toRealPath().resolve("shared");
        store = new LocalPathStore(new PodDirectories(temporary.resolve("kubelet")));
        store.prepareRoot(root);
        volume = shared("one", "one");
    }

    @AfterEach
    void unmount() throws IOException {
        Mounts.unmountAll(temporary.toRealPath());
    }

    private PersistentVolume shared(String name, String relative) {
        return new PersistentVolumeBuilder(LocalVolumes.volume(name, root, "32Mi")).editSpec().withLocal(null).withNewHostPath(root + "/" + relative, "Directory").endSpec().build();
    }

    private Path mounted(String node) throws IOException {
        var entry = temporary.toRealPath().resolve(node).resolve("entry");
        SharedFolders.mount(volume, entry);
        return entry;
    }

    @Test
    void folderIsMadeByOneNodeAndSeenByAll() throws IOException {
        assertThrows(IOException.class, () -> mounted("a"), "not made yet");
        store.make(volume);
        store.make(volume);
        Files.writeString(mounted("a").resolve("file"), "of a");
        assertEquals("of a", Files.readString(mounted("b").resolve("file")));
        assertEquals(0777, (int) Files.getAttribute(root.resolve("one"), "unix:mode") & 07777);
    }

    @Test
    void onlyItsOwnFolderIsDeleted() throws IOException {
        store.make(volume);
        store.make(shared("two", "two"));
        Files.writeString(root.resolve("two/file"), "kept");
        var impostor = new PersistentVolumeBuilder(volume).editMetadata().withUid("other").endMetadata().build();
        store.delete(impostor);
        assertTrue(Files.exists(root.resolve("one")));
        assertThrows(IOException.class, () -> SharedFolders.mount(impostor, temporary.resolve("entry")));
        assertThrows(IOException.class, () -> store.make(impostor));
        store.delete(volume);
        store.delete(volume);
        assertFalse(Files.exists(root.resolve("one")));
        assertEquals(List.of("two.json"), Files.list(root.resolve(VolumeRoot.BOOKS)).map(file -> file.getFileName().toString()).toList());
        assertEquals("kept", Files.readString(root.resolve("two/file")));
    }

    @Test
    void folderThatIsGoneIsNotMadeAgainAsAnEmptyOne() {
        var made = new PersistentVolumeBuilder(volume).editMetadata().addToAnnotations(LocalPath.MADE, "true").endMetadata().build();
        assertThrows(IOException.class, () -> store.make(made));
        assertFalse(Files.exists(root.resolve("one")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside", "a/../../outside", ".moka-local-path", "", "/etc", "a//b"})
    void noPathLeadsOutOfTheSharedFolder(String relative) {
        assertThrows(IOException.class, () -> store.make(shared("one", relative)));
    }
}
