package io.moka.kubelet.volume;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where the kubelet keeps what belongs to pods: `pods/<uid>/…` on disk and `memory/<uid>/…` on a tmpfs.
public final class PodDirectories implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PodDirectories.class);

    private final Path pods;
    private final Path memory;

    public PodDirectories(Path root) throws IOException {
        this.pods = privateDirectory(root.resolve("pods"));
        this.memory = privateDirectory(root.resolve("memory"));
    }

    private static Path privateDirectory(Path path) throws IOException {
        Files.createDirectories(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        return path.toRealPath();
    }

    /// Puts a tmpfs under the folder for secrets, unless it is there already.
    public void mountMemory() {
        if (!Mounts.isMountPoint(memory)) {
            Mounts.mountTmpfs(memory, "mode=0700");
        }
    }

    public Path pod(String uid) {
        return pods.resolve(uid);
    }

    Path volume(String uid, String kind, String name) {
        return pod(uid).resolve("volumes").resolve("kubernetes.io~" + kind).resolve(name);
    }

    Path memoryVolume(String uid, String kind, String name) {
        return memory.resolve(uid).resolve("kubernetes.io~" + kind).resolve(name);
    }

    /// The uids of all pods that have left anything here.
    public Set<String> uids() throws IOException {
        var uids = new HashSet<String>();
        for (var root : new Path[] {pods, memory}) {
            try (var entries = Files.newDirectoryStream(root)) {
                entries.forEach(entry -> uids.add(entry.getFileName().toString()));
            }
        }
        return uids;
    }

    /// Unmounts and deletes everything of one pod. Safe to repeat.
    public void remove(String uid) throws IOException {
        Mounts.under(pod(uid)).forEach(Mounts::unmount);
        delete(pod(uid));
        delete(memory.resolve(uid));
    }

    /// Never follows a link, nor leaves the file system it began in.
    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /// Gives the tmpfs back when no pod uses it any more.
    @Override
    public void close() throws IOException {
        try (var entries = Files.list(memory)) {
            if (entries.findAny().isPresent() || !Mounts.isMountPoint(memory)) {
                return;
            }
        }
        Mounts.unmount(memory);
        log.debug("unmounted {}", memory);
    }
}
