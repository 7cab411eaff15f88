package io.moka.kubelet.volume;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A file that holds a file system and uses only as much disk as was written. It is mounted through a loop device, which the kernel frees when the last mount
/// is gone.
record LoopImage(Path file, FileSystemType type) {

    private static final Path BLOCK_DEVICES = Path.of("/sys/block");
    /// Below this the file system's own structures leave no room.
    static final long SMALLEST = 16L << 20;

    /// Makes an empty file system; whatever the file held is lost.
    void make(long bytes) throws IOException {
        Files.deleteIfExists(file);
        setLength(bytes);
        type.make(file);
    }

    private void setLength(long bytes) throws IOException {
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(Math.max(bytes, open.length()));
        }
    }

    /// One file must not be mounted through two loop devices: each would believe that the file system is its own. So a device that still has the file
    /// is taken again.
    void mount(Path target) throws IOException {
        var device = device();
        if (device == null) {
            Mounts.mount(type.word(), "loop," + type.mountOptions(), file.toString(), target);
        } else {
            Mounts.mount(type.word(), type.mountOptions(), device, target);
        }
    }

    /// Makes file, device and file system larger while they are mounted.
    void growMounted(long bytes, Path mountPoint) throws IOException {
        setLength(bytes);
        var device = device();
        if (device == null) {
            throw new IOException(file + " is not mounted");
        }
        Tool.run("losetup", "--set-capacity", device);
        type.growMounted(device, mountPoint);
    }

    /// Grows the file and its ext4 file system while they are not in use.
    void growUnmounted(long bytes) throws IOException {
        if (device() != null) {
            throw new IOException(file + " is still in use");
        }
        setLength(bytes);
        Tool.run(1, "e2fsck", "-f", "-p", file.toString());
        Tool.run("resize2fs", file.toString());
    }

    @Nullable String device() throws IOException {
        return device(file);
    }

    /// The loop device that has the file, or null.
    static @Nullable String device(Path image) throws IOException {
        try (var devices = Files.newDirectoryStream(BLOCK_DEVICES, "loop*")) {
            for (var device : devices) {
                if (image.toString().equals(backing(device.getFileName().toString()))) {
                    return "/dev/" + device.getFileName();
                }
            }
        }
        return null;
    }

    /// The file behind a loop device, such as `loop3`; empty for a free one.
    static String backing(String device) throws IOException {
        var name = BLOCK_DEVICES.resolve(device).resolve("loop/backing_file");
        try {
            return Files.exists(name) ? Files.readString(name).strip() : "";
        } catch (NoSuchFileException e) {
            return "";
        }
    }
}
