package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.AppArmorProfile;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Refuses pods that ask for an AppArmor profile on a node whose kernel has no AppArmor, as they would run without it. Follows upstream's `apparmor.Validator`.
///
/// @param enabled whether the kernel has AppArmor, and it is switched on
public record AppArmor(boolean enabled) {

    private static final Path ENABLED = Path.of("/sys/module/apparmor/parameters/enabled");

    /// That of this machine.
    public static AppArmor ofThisMachine() {
        try {
            return new AppArmor(Files.exists(ENABLED) && Files.readString(ENABLED).startsWith("Y"));
        } catch (IOException e) {
            return new AppArmor(false);
        }
    }

    NodeAdmission.@Nullable Rejection check(Pod pod) {
        var spec = pod.getSpec();
        var shared = spec.getSecurityContext() == null ? null : spec.getSecurityContext().getAppArmorProfile();
        boolean asked = confines(shared) || Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream()).anyMatch(AppArmor::confines);
        return asked && !enabled ? new NodeAdmission.Rejection("AppArmor", "Pod was rejected: Cannot enforce AppArmor: AppArmor is not enabled on the host") : null;
    }

    private static boolean confines(Container container) {
        return container.getSecurityContext() != null && confines(container.getSecurityContext().getAppArmorProfile());
    }

    private static boolean confines(@Nullable AppArmorProfile profile) {
        return profile != null && !"Unconfined".equals(profile.getType());
    }
}
