package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.client.Json;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads a pod's ephemeral containers, which were added to the running pod for debugging. They start at once, are never restarted, and do not count for the
/// pod's phase.
final class EphemeralContainers {

    private static final String TARGET = "targetContainerName";

    private EphemeralContainers() {
    }

    /// Returns the ephemeral containers as ordinary containers with the same fields.
    static List<Container> of(Pod pod) {
        return pod.getSpec().getEphemeralContainers().stream().map(EphemeralContainers::container).toList();
    }

    private static Container container(EphemeralContainer ephemeral) {
        Map<?, ?> fields = Json.mapper().convertValue(ephemeral, Map.class);
        fields.remove(TARGET);
        return Json.mapper().convertValue(fields, Container.class);
    }

    /// Returns the name of the container whose processes the ephemeral container sees, or null if it sees only its own.
    static @Nullable String target(Pod pod, Container container) {
        return pod.getSpec().getEphemeralContainers().stream().filter(ephemeral -> ephemeral.getName().equals(container.getName()))
                .map(EphemeralContainer::getTargetContainerName).filter(Objects::nonNull).filter(name -> !name.isEmpty()).findFirst().orElse(null);
    }
}
