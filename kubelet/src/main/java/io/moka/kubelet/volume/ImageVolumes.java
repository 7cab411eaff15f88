package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.moka.kubelet.image.ImageOutcome;
import io.moka.kubelet.image.ImagePuller;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.runtime.ImageRecord;
import io.moka.kubelet.runtime.RuntimeFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Volumes of type `image`: the files of an image or another artifact that the engine can pull. The files are copied out of the engine into the pod's folder
/// and mounted read-only, without executable programs, devices or set-uid files. They are deleted with the pod.
public final class ImageVolumes implements VolumePlugin {

    private static final String KIND = "image";
    private static final Duration PULLED = Duration.ofSeconds(10);
    private static final Duration UNPACKED = Duration.ofMinutes(10);
    private static final long RESTRICTIONS = Linux.MOUNT_ATTR_RDONLY | Linux.MOUNT_ATTR_NOSUID | Linux.MOUNT_ATTR_NODEV | Linux.MOUNT_ATTR_NOEXEC;
    /// Empty files and folders that the engine itself puts into every container; a folder comes after its content.
    private static final List<String> OF_THE_ENGINE = List.of(".dockerenv", "etc/hostname", "etc/hosts", "etc/resolv.conf", "etc/mtab", "etc", "dev/console", "dev/pts",
            "dev/shm", "dev", "proc", "sys");

    private final PodDirectories directories;
    private final ContainerRuntime runtime;
    private final ImagePuller images;

    public ImageVolumes(PodDirectories directories, ContainerRuntime runtime, ImagePuller images) {
        this.directories = directories;
        this.runtime = runtime;
        this.images = images;
    }

    @Override
    public boolean supports(Volume volume) {
        return volume.getImage() != null;
    }

    @Override
    public Path setUp(Pod pod, Volume volume) throws IOException {
        var uid = pod.getMetadata().getUid();
        var target = directories.volume(uid, KIND, volume.getName());
        if (!Mounts.isMountPoint(target)) {
            var content = directories.volume(uid, KIND + "-content", volume.getName());
            if (!Files.exists(content)) {
                fill(content, image(pod, volume));
            }
            Mounts.bind(content, target);
        }
        Linux.restrict(target, RESTRICTIONS);
        return target;
    }

    private ImageRecord image(Pod pod, Volume volume) throws IOException {
        var source = volume.getImage();
        // without a name: the events are the pod's, and of none of its containers
        var reference = new ContainerBuilder().withImage(source.getReference()).withImagePullPolicy(source.getPullPolicy()).build();
        var pulled = new CountDownLatch(1);
        try {
            var outcome = images.ensure(pod, reference, pulled::countDown);
            if (outcome instanceof ImageOutcome.Pulling && pulled.await(PULLED.toMillis(), TimeUnit.MILLISECONDS)) {
                outcome = images.ensure(pod, reference, () -> {
                });
            }
            return switch (outcome) {
                case ImageOutcome.Present(var image) -> image;
                case ImageOutcome.Pulling() -> throw new IOException("image \"" + source.getReference() + "\" is being pulled");
                case ImageOutcome.Unavailable(var reason, var message) -> throw new IOException(reason + ": " + message);
            };
        } catch (RuntimeFailure e) {
            throw new IOException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// The folder exists only once it is complete.
    private void fill(Path content, ImageRecord image) throws IOException {
        var draft = content.resolveSibling(content.getFileName() + ".new");
        TreeDeletion.delete(draft);
        Files.createDirectories(draft);
        try {
            runtime.readImage(image.id(), tar -> Tool.feed(tar, UNPACKED, "tar", "--extract", "--directory=" + draft, "--numeric-owner", "--same-owner", "--same-permissions"));
        } catch (RuntimeFailure e) {
            throw new IOException("image " + image.id() + " is not read: " + e.getMessage(), e);
        }
        for (var name : OF_THE_ENGINE) {
            deleteEmpty(draft, Path.of(name));
        }
        Files.move(draft, content, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void deleteEmpty(Path root, Path name) throws IOException {
        var file = root.resolve(name);
        boolean behindLink = name.getNameCount() > 1 && Files.isSymbolicLink(root.resolve(name.getName(0)));
        if (behindLink || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            try (var entries = Files.list(file)) {
                if (entries.findAny().isPresent()) {
                    return;
                }
            }
            Files.delete(file);
        } else if (Files.isSymbolicLink(file) ? name.endsWith("mtab") : Files.size(file) == 0) {
            Files.delete(file);
        }
    }
}
