package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The group that owns the files of a volume.
///
/// @param group of the pod's `fsGroup`, which may read everything that the owner may read; null for root's group
record Ownership(@Nullable Integer group) {

    private static final int GROUP_READ = 0040;
    private static final int GROUP_ALL = 02070;

    static Ownership of(Pod pod) {
        var context = pod.getSpec().getSecurityContext();
        return new Ownership(context == null || context.getFsGroup() == null ? null : context.getFsGroup().intValue());
    }

    /// Returns the user that all containers of the pod run as; null if the pod does not set it or the containers differ.
    static @Nullable Integer userOf(Pod pod) {
        var shared = pod.getSpec().getSecurityContext() == null ? null : pod.getSpec().getSecurityContext().getRunAsUser();
        var users = Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
                .map(container -> container.getSecurityContext() == null || container.getSecurityContext().getRunAsUser() == null
                        ? shared : container.getSecurityContext().getRunAsUser()).distinct().toList();
        var only = users.size() == 1 ? users.getFirst() : null;
        return only == null ? null : only.intValue();
    }

    /// Sets group and mode of a file or folder that the kubelet writes.
    void applyTo(Path path, int mode) throws IOException {
        if (group == null) {
            Files.setAttribute(path, "unix:mode", mode);
        } else {
            Files.setAttribute(path, "unix:gid", group);
            Files.setAttribute(path, "unix:mode", effective(mode));
        }
    }

    /// Sets group and mode of a folder that containers write to.
    void share(Path path, int mode) throws IOException {
        if (group != null) {
            Files.setAttribute(path, "unix:gid", group);
        }
        Files.setAttribute(path, "unix:mode", group == null ? mode : mode | GROUP_ALL);
    }

    int effective(int mode) {
        return group == null || (mode & 0400) == 0 ? mode : mode | GROUP_READ;
    }
}
