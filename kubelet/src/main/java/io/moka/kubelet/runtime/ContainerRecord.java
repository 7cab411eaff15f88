package io.moka.kubelet.runtime;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A container (or sandbox, whose name is empty) as the engine knows it.
///
/// @param attempt 0 for the first of its name in the pod, one more each time
/// @param hash of the part of the specification that makes a restart necessary when it changes
/// @param image as the pod asked for it
/// @param tty whether its output is one raw stream
/// @param limits as the engine applies them now
public record ContainerRecord(String id, PodIdentity pod, String name, int attempt, String sandboxId, String hash,
        String image, String imageId, boolean tty, ContainerSpec.Limits limits, Instant createdAt, ContainerState state) {

    public boolean isSandbox() {
        return name.isEmpty();
    }

    public boolean isRunning() {
        return state instanceof ContainerState.Running;
    }

    public ContainerState.@Nullable Exited exited() {
        return state instanceof ContainerState.Exited exited ? exited : null;
    }

    /// Returns the container's id in the API's form.
    public String uri() {
        return "docker://" + id;
    }
}
