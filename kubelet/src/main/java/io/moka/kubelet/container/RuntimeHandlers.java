package io.moka.kubelet.container;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.source.ClusterObjects;
import io.moka.kubelet.source.MissingSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides whether the engine can run a pod as its runtime class says.
///
/// The engine has one runtime, as upstream's kubelet on Docker had. A pod that asks for another, such as one that confines its containers more, does not run
/// without it.
public record RuntimeHandlers(ClusterObjects objects) {

    private static final Set<String> OF_THE_ENGINE = Set.of("docker", "runc");

    /// Returns the reason why the pod can't run here; null if it can.
    public @Nullable String refusal(Pod pod) {
        var name = pod.getSpec().getRuntimeClassName();
        if (name == null || name.isEmpty()) {
            return null;
        }
        try {
            var handler = objects.runtimeClass(name).getHandler();
            return OF_THE_ENGINE.contains(handler) ? null : "RuntimeHandler \"" + handler + "\" not supported";
        } catch (MissingSource e) {
            return e.getMessage();
        }
    }
}
