package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.client.Json;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The containers that were added to a running pod to look into it. They start at once, never again, and do not count for the pod's phase.
final class EphemeralContainers {

    private static final String TARGET = "targetContainerName";

    private EphemeralContainers() {
    }

    /// As containers like any others, whose fields theirs are.
    static List<Container> of(Pod pod) {
        return pod.getSpec().getEphemeralContainers().stream().map(EphemeralContainers::container).toList();
    }

    private static Container container(EphemeralContainer ephemeral) {
        Map<?, ?> fields = Json.mapper().convertValue(ephemeral, Map.class);
        fields.remove(TARGET);
        return Json.mapper().convertValue(fields, Container.class);
    }

    /// Whose processes the container is to see, or null where only its own.
    static @Nullable String target(Pod pod, Container container) {
        return pod.getSpec().getEphemeralContainers().stream().filter(ephemeral -> ephemeral.getName().equals(container.getName()))
                .map(EphemeralContainer::getTargetContainerName).filter(Objects::nonNull).filter(name -> !name.isEmpty()).findFirst().orElse(null);
    }
}
