package io.moka.kubelet.volume;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Shared folders on file systems with and without project quotas. Run by [ProjectQuotaVirtualMachineTest], for a kernel that has them.
class ProjectQuotaContract {

    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    Path temporary;

    private Path disk;
    private Path root;
    private LocalPathStore store;

    @BeforeEach
    void begin() throws IOException {
        disk = Files.createDirectory(temporary.toRealPath().resolve("disk"));
        root = disk.resolve("shared");
        store = new LocalPathStore(new PodDirectories(temporary.resolve("kubelet")));
    }

    @AfterEach
    void unmount() throws IOException {
        Mounts.unmountAll(temporary.toRealPath());
    }

    private void mount(String type, String features, String options) throws IOException {
        var image = temporary.resolve("image");
        Tool.run("truncate", "-s", "400M", image.toString());
        if (type.equals("ext4")) {
            Tool.run("mkfs.ext4", "-q", "-F", "-O", features, image.toString());
        } else {
            Tool.run("mkfs.xfs", "-q", image.toString());
        }
        Mounts.mount(type, "loop," + options, image.toString(), disk);
        store.prepareRoot(root);
    }

    private PersistentVolume shared(String name) {
        return new PersistentVolumeBuilder(LocalVolumes.volume(name, root, "32Mi")).editSpec().withLocal(null).withNewHostPath(root + "/" + name, "Directory").endSpec().build();
    }

    private Path made(PersistentVolume volume) throws IOException {
        store.make(volume);
        var entry = temporary.toRealPath().resolve("pods").resolve(volume.getMetadata().getName());
        SharedFolders.mount(volume, entry);
        return entry;
    }

    private ProjectCalls.ProjectUse use(int project) {
        try {
            return ProjectQuota.use(disk, project);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes as a container does: a process with the capability CAP_SYS_RESOURCE passes the limits of ext4.
    private static void write(Path file, int mebibytes) throws IOException {
        Tool.run("setpriv", "--bounding-set", "-sys_resource", "dd", "if=/dev/zero", "of=" + file, "bs=1M", "count=" + mebibytes);
    }

    private int project(PersistentVolume volume) throws IOException {
        return VolumeRecord.read(VolumeRoot.place(volume).record()).project();
    }

    @ParameterizedTest
    @CsvSource({"ext4,'quota,project'", "xfs,''"})
    void folderIsLimitedToItsClaimAndGrows(String type, String features) throws IOException {
        mount(type, features, "prjquota");
        var one = shared("one");
        var two = shared("two");
        var first = made(one);
        var second = made(two);
        assertNotEquals(project(one), project(two));
        assertEquals(32 * MEBIBYTE, Files.getFileStore(first).getTotalSpace());
        Files.createDirectories(first.resolve("a/b"));

        assertThrows(IOException.class, () -> write(first.resolve("a/b/file"), 40));
        write(second.resolve("file"), 20);

        store.limitShared(LocalVolumes.larger(one, "64Mi"));
        assertEquals(64 * MEBIBYTE, Files.getFileStore(first).getTotalSpace());
        write(first.resolve("a/b/file"), 40);
        assertTrue(use(project(one)).used() >= 40 * MEBIBYTE);
    }

    @ParameterizedTest
    @CsvSource({"ext4,'quota,project'", "xfs,''"})
    void nothingOfTheQuotaIsLeft(String type, String features) throws IOException {
        mount(type, features, "prjquota");
        var one = shared("one");
        Files.write(made(one).resolve("file"), new byte[MEBIBYTE]);
        int project = project(one);
        Mounts.unmountAll(temporary.toRealPath().resolve("pods"));
        store.delete(one);
        check("the kernel has given the blocks back", () -> use(project).equals(new ProjectCalls.ProjectUse(0, 0)));
    }

    /// A quota that only counts is none.
    @ParameterizedTest
    @CsvSource({"ext4,'quota,project',noquota", "ext4,^project,defaults", "xfs,'',pqnoenforce", "xfs,'',noquota"})
    void folderIsNotLimitedWhereTheFileSystemDoesNot(String type, String features, String options) throws IOException {
        mount(type, features, options);
        var one = shared("one");
        Files.write(made(one).resolve("file"), new byte[40 * MEBIBYTE]);
        assertEquals(ProjectQuota.NONE, project(one));
        store.limitShared(LocalVolumes.larger(one, "64Mi"));
    }
}
