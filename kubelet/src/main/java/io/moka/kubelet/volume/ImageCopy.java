package io.moka.kubelet.volume;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Copies volume images by the system's `cp`: the blocks are shared if the file system supports that (XFS, btrfs), otherwise the written blocks are copied. A
/// copy is on the disk when the call returns.
///
/// A `cp` goes on when the kubelet is killed. So the target of a copy that begins anew is deleted first: the earlier `cp` then writes to a file without a name.
final class ImageCopy {

    private static final Logger log = LoggerFactory.getLogger(ImageCopy.class);
    private static final Duration LONGEST = Duration.ofMinutes(30);
    /// The longest time for which programs that write to a volume are frozen while it is copied.
    private static final Duration LONGEST_FREEZE = Duration.ofSeconds(50);

    private ImageCopy() {
    }

    /// Copies an image that is not mounted.
    static void copy(Path image, Path target) throws IOException {
        copy(image, target, LONGEST);
    }

    private static void copy(Path image, Path target, Duration limit) throws IOException {
        Tool.run(limit, 0, "cp", "--reflink=auto", image.toString(), target.toString());
        try (var file = FileChannel.open(target, StandardOpenOption.WRITE)) {
            file.force(true);
        }
    }

    /// Copies an image while its file system is mounted: writers are held meanwhile, and what they have written before is in the copy.
    ///
    /// @throws IOException also where the copy takes too long for them
    static void copyMounted(Path image, Path mountPoint, Path target) throws IOException {
        try {
            Tool.run("fsfreeze", "--freeze", mountPoint.toString());
            copy(image, target, LONGEST_FREEZE);
        } catch (IOException e) {
            throw new IOException(e.getMessage() + " (pods that write are held meanwhile; without such pods there is more time)", e);
        } finally {
            thaw(mountPoint);
        }
    }

    /// Lets writers go on, also those that a process has held which was killed meanwhile. Does nothing to a file system that is not frozen.
    static void thaw(Path mountPoint) {
        try {
            Tool.run("fsfreeze", "--unfreeze", mountPoint.toString());
        } catch (IOException e) {
            log.info("{} was not frozen: {}", mountPoint, e.getMessage());
        }
    }
}
