package io.moka.machinery.quota;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/// Computes the resources of a pod as a whole. Init containers run one after the other, before the other containers and beside the sidecars that
/// came before them; so the pod needs the greatest sum at any time.
public final class PodResources {
    private static final Set<String> POD_LEVEL = Set.of("cpu", "memory");

    private PodResources() {}

    public static ResourceList requests(JsonNode podSpec) {
        return total(podSpec, "requests");
    }

    public static ResourceList limits(JsonNode podSpec) {
        return total(podSpec, "limits");
    }

    /// Returns the requests with the overhead of the runtime class.
    public static ResourceList requestsWithOverhead(JsonNode podSpec) {
        return requests(podSpec).plus(ResourceList.of(podSpec.path("overhead")));
    }

    /// Returns the limits with the overhead of the runtime class, which is added only to resources that have a limit.
    public static ResourceList limitsWithOverhead(JsonNode podSpec) {
        ResourceList limits = limits(podSpec);
        return limits.plus(ResourceList.of(podSpec.path("overhead")).only(limits.names()));
    }

    private static ResourceList total(JsonNode podSpec, String which) {
        ResourceList running = ResourceList.EMPTY;
        for (JsonNode container : podSpec.path("containers")) {
            running = running.plus(of(container, which));
        }
        ResourceList sidecars = ResourceList.EMPTY;
        ResourceList starting = ResourceList.EMPTY;
        for (JsonNode container : podSpec.path("initContainers")) {
            if (container.path("restartPolicy").asText().equals("Always")) {
                running = running.plus(of(container, which));
                sidecars = sidecars.plus(of(container, which));
                starting = starting.max(sidecars);
            } else {
                starting = starting.max(sidecars.plus(of(container, which)));
            }
        }
        ResourceList total = running.max(starting);
        ResourceList ofPod = of(podSpec, which).only(POD_LEVEL);
        for (String name : ofPod.names()) {
            total = total.with(name, ofPod.amounts().get(name));
        }
        return total;
    }

    private static ResourceList of(JsonNode podOrContainer, String which) {
        return ResourceList.of(podOrContainer.path("resources").path(which));
    }
}
