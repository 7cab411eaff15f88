package io.moka.kubelet.container;

import io.fabric8.kubernetes.api.model.AppArmorProfile;
import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.SELinuxOptions;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.moka.kubelet.runtime.ContainerSpec;
import io.moka.kubelet.runtime.ImageRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Combines the security contexts of a container and its pod; the container's own settings take precedence.
final class Securities {

    private static final Path SECCOMP_PROFILES = Path.of("/var/lib/kubelet/seccomp");

    private Securities() {
    }

    static ContainerSpec.Security of(Pod pod, Container container, ImageRecord image, int oomScoreAdj, boolean seccompDefault) {
        var own = container.getSecurityContext() == null ? new SecurityContext() : container.getSecurityContext();
        var shared = pod.getSpec().getSecurityContext() == null ? new PodSecurityContext() : pod.getSpec().getSecurityContext();
        var uid = own.getRunAsUser() != null ? own.getRunAsUser() : shared.getRunAsUser();
        var gid = own.getRunAsGroup() != null ? own.getRunAsGroup() : shared.getRunAsGroup();
        if (Boolean.TRUE.equals(own.getRunAsNonRoot() != null ? own.getRunAsNonRoot() : shared.getRunAsNonRoot())) {
            requireNonRoot(pod, container, uid, image);
        }
        var capabilities = own.getCapabilities() == null ? new Capabilities() : own.getCapabilities();
        return new ContainerSpec.Security(user(uid, gid, image), groups(shared),
                Boolean.TRUE.equals(own.getPrivileged()), Boolean.TRUE.equals(own.getReadOnlyRootFilesystem()),
                Boolean.FALSE.equals(own.getAllowPrivilegeEscalation()),
                capabilities.getAdd(), capabilities.getDrop(),
                new ContainerSpec.Confinement(seccomp(own.getSeccompProfile() != null ? own.getSeccompProfile() : shared.getSeccompProfile(), seccompDefault),
                        appArmor(own.getAppArmorProfile() != null ? own.getAppArmorProfile() : shared.getAppArmorProfile()),
                        seLinux(own.getSeLinuxOptions() != null ? own.getSeLinuxOptions() : shared.getSeLinuxOptions())), oomScoreAdj);
    }

    private static @Nullable String appArmor(@Nullable AppArmorProfile profile) {
        return switch (profile == null ? "" : profile.getType()) {
            case "Unconfined" -> "unconfined";
            case "Localhost" -> profile.getLocalhostProfile();
            default -> null;
        };
    }

    private static List<String> seLinux(@Nullable SELinuxOptions options) {
        var parts = new ArrayList<String>();
        if (options != null) {
            addLabel(parts, "user", options.getUser());
            addLabel(parts, "role", options.getRole());
            addLabel(parts, "type", options.getType());
            addLabel(parts, "level", options.getLevel());
        }
        return parts;
    }

    private static void addLabel(List<String> parts, String part, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            parts.add(part + ":" + value);
        }
    }

    private static @Nullable String user(@Nullable Long uid, @Nullable Long gid, ImageRecord image) {
        if (gid != null) {
            return (uid != null ? uid.toString() : imageUser(image)) + ":" + gid;
        }
        return uid == null ? null : uid.toString();
    }

    private static String imageUser(ImageRecord image) {
        var user = image.user().split(":", 2)[0];
        return user.isEmpty() ? "0" : user;
    }

    private static List<String> groups(PodSecurityContext shared) {
        var groups = new LinkedHashSet<String>();
        if (shared.getFsGroup() != null) {
            groups.add(shared.getFsGroup().toString());
        }
        shared.getSupplementalGroups().forEach(group -> groups.add(group.toString()));
        return List.copyOf(groups);
    }

    private static void requireNonRoot(Pod pod, Container container, @Nullable Long uid, ImageRecord image) {
        var where = " (pod: \"" + pod.getMetadata().getName() + "_" + pod.getMetadata().getNamespace() + "(" + pod.getMetadata().getUid()
                + ")\", container: " + container.getName() + ")";
        if (uid != null) {
            if (uid == 0) {
                throw new ConfigError("container's runAsUser breaks non-root policy" + where);
            }
            return;
        }
        var user = imageUser(image);
        if (user.equals("0")) {
            throw new ConfigError("container has runAsNonRoot and image will run as root" + where);
        }
        if (!user.chars().allMatch(Character::isDigit)) {
            throw new ConfigError("container has runAsNonRoot and image has non-numeric user (" + user + "), cannot verify user is non-root" + where);
        }
    }

    private static @Nullable String seccomp(@Nullable SeccompProfile profile, boolean byDefault) {
        if (profile == null) {
            return byDefault ? null : "unconfined";
        }
        if ("Unconfined".equals(profile.getType())) {
            return "unconfined";
        }
        if (!"Localhost".equals(profile.getType())) {
            return null;
        }
        var file = SECCOMP_PROFILES.resolve(String.valueOf(profile.getLocalhostProfile())).normalize();
        if (!file.startsWith(SECCOMP_PROFILES)) {
            throw new ConfigError("seccomp profile \"" + profile.getLocalhostProfile() + "\" must lie below " + SECCOMP_PROFILES);
        }
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ConfigError("cannot load seccomp profile \"" + profile.getLocalhostProfile() + "\"");
        }
    }
}
