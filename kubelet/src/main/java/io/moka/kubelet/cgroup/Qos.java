package io.moka.kubelet.cgroup;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.machinery.meta.Quantities;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The quality-of-service class of a pod: whether its CPU and memory are guaranteed.
public enum Qos {
    GUARANTEED("Guaranteed"), BURSTABLE("Burstable"), BEST_EFFORT("BestEffort");

    private static final List<String> RESOURCES = List.of("cpu", "memory");

    private final String apiName;

    Qos(String apiName) {
        this.apiName = apiName;
    }

    public String apiName() {
        return apiName;
    }

    /// Guaranteed where every container's requests equal its limits, best-effort where none has any. If the pod has resources at pod level, only these decide.
    public static Qos of(Pod pod) {
        var spec = pod.getSpec();
        var whole = new ContainerBuilder().withResources(spec.getResources()).build();
        var containers = asksForAnything(whole) ? List.of(whole) : Stream.concat(spec.getContainers().stream(), spec.getInitContainers().stream()).toList();
        if (containers.stream().noneMatch(Qos::asksForAnything)) {
            return BEST_EFFORT;
        }
        return containers.stream().allMatch(Qos::isGuaranteed) ? GUARANTEED : BURSTABLE;
    }

    private static boolean asksForAnything(Container container) {
        return RESOURCES.stream().anyMatch(resource -> Quantities.milliValue(requests(container).get(resource)) > 0
                || Quantities.milliValue(limits(container).get(resource)) > 0);
    }

    private static boolean isGuaranteed(Container container) {
        return RESOURCES.stream().allMatch(resource -> {
            long limit = Quantities.milliValue(limits(container).get(resource));
            var request = requests(container).get(resource);
            return limit > 0 && (request == null || Quantities.milliValue(request) == limit);
        });
    }

    private static Map<String, Quantity> requests(Container container) {
        return orEmpty(container.getResources() == null ? null : container.getResources().getRequests());
    }

    private static Map<String, Quantity> limits(Container container) {
        return orEmpty(container.getResources() == null ? null : container.getResources().getLimits());
    }

    private static Map<String, Quantity> orEmpty(@Nullable Map<String, Quantity> map) {
        return map == null ? Map.of() : map;
    }
}
