package io.moka.scheduler.cache;

import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.Pods;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Selects the pods that are counted. A node caches its count for selections from [Snapshot#shared], so that its pods are counted once per change of the node.
///
/// @param parts the conditions, all of which must hold
/// @param terminating whether pods that are being deleted count
/// @param controllerUid the controller that the pods must have, or null
public record PodSelection(List<Part> parts, boolean terminating, @Nullable String controllerUid) {

    /// @param namespaces the pod is in one of them
    public record Part(Set<String> namespaces, LabelSelector selector) {
    }

    public static PodSelection of(String namespace, LabelSelector selector) {
        return new PodSelection(List.of(new Part(Set.of(namespace), selector)), false, null);
    }

    public boolean matches(PodInfo pod) {
        for (var part : parts) {
            if (!part.namespaces.contains(pod.key().namespace()) || !part.selector.matches(pod.labels())) {
                return false;
            }
        }
        if (controllerUid != null && !controllerUid.equals(pod.controllerUid())) {
            return false;
        }
        return terminating || !Pods.isTerminating(pod.pod());
    }
}
