package io.moka.kubelet.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The file system of a volume's image.
///
/// The default is ext4. But growing a mounted ext4 requires the capability CAP_SYS_RESOURCE, which a kubelet in a confined machine may lack. Such a kubelet
/// uses XFS for volumes of 300 MiB or more, the smallest size of an XFS; a smaller volume is ext4 and grows only while it is not mounted.
enum FileSystemType {
    EXT4("ext4", "nodev,discard,errors=remount-ro"),
    /// Mounted without the check of its id, as a copy has the same id as its original.
    XFS("xfs", "nodev,discard,nouuid");

    private static final long SMALLEST_XFS = 300L << 20;
    private static final int SYS_RESOURCE = 24;

    private final String word;
    private final String mountOptions;

    FileSystemType(String word, String mountOptions) {
        this.word = word;
        this.mountOptions = mountOptions;
    }

    String word() {
        return word;
    }

    String mountOptions() {
        return mountOptions;
    }

    static FileSystemType forNew(long bytes) throws IOException {
        return bytes >= SMALLEST_XFS && !mayResize() && isInstalled("mkfs.xfs") ? XFS : EXT4;
    }

    boolean growsMounted() throws IOException {
        return this == XFS || mayResize();
    }

    private static boolean isInstalled(String program) {
        return Files.isExecutable(Path.of("/usr/sbin", program)) || Files.isExecutable(Path.of("/sbin", program));
    }

    private static boolean mayResize() throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("CapEff:")) {
                return (Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16) >>> SYS_RESOURCE & 1) == 1;
            }
        }
        return false;
    }

    void make(Path image) throws IOException {
        switch (this) {
            case EXT4 -> Tool.run("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=1,lazy_journal_init=1", image.toString());
            case XFS -> Tool.run("mkfs.xfs", "-q", "-f", "-K", image.toString());
        }
    }

    void growMounted(String device, Path mountPoint) throws IOException {
        switch (this) {
            case EXT4 -> Tool.run("resize2fs", device);
            case XFS -> Tool.run("xfs_growfs", "-d", mountPoint.toString());
        }
    }
}
