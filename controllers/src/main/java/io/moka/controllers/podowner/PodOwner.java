package io.moka.controllers.podowner;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.OwnedObjects;
import io.moka.machinery.client.ResourceType;
import io.moka.machinery.meta.LabelSelector;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;

/// Describes how the objects of a kind own pods.
///
/// @param component the controller's name in its events, `replicaset-controller`
/// @param selector returns the selector of the pods that an owner claims; an owner whose selector matches nothing claims none
/// @param mayClaim a further condition on a selected pod (the name of a StatefulSet's pod begins with the set's), for adoption and for keeping it
/// @param finalizers the finalizers of an owner's pods until the owner has counted them: added to an adopted pod, removed from a released one
public record PodOwner<T extends HasMetadata>(Class<T> type, String component, Function<T, LabelSelector> selector, BiPredicate<T, Pod> mayClaim,
        List<String> finalizers) {

    public PodOwner(Class<T> type, String component, Function<T, LabelSelector> selector) {
        this(type, component, selector, (owner, pod) -> true, List.of());
    }

    public String kind() {
        return ResourceType.of(type).kind();
    }

    /// The pods of owners of this kind.
    public OwnedObjects<T, Pod> pods(ControllerContext context) {
        return new OwnedObjects<>(context, type, Pod.class, new OwnedObjects.Claims<>(selector, mayClaim, finalizers));
    }

    /// Whether the pod is one that the owner keeps or adopts.
    boolean claims(T owner, LabelSelector selected, Pod pod) {
        return selected.matches(pod.getMetadata().getLabels()) && mayClaim.test(owner, pod);
    }
}
