package io.moka.controllers.podautoscaler;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.meta.Owners;
import io.moka.machinery.meta.Pods;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The pods that a target's selector matches and that belong to the target.
///
/// A pod belongs to the target if its controller is the target, or if the target is its controller's controller, and so on. A controller of a kind that this
/// process does not watch ends the search; the labels then decide alone, as upstream's always do.
///
/// @param own all pods of the target, including terminating ones
record TargetPods(List<Pod> own) {

    private static final int DEEPEST = 4;

    /// @param selected by labels
    /// @param find the object that a reference names: and whether its kind is watched
    static TargetPods of(String targetUid, Collection<Pod> selected, Function<OwnerReference, Found> find) {
        return new TargetPods(selected.stream().filter(pod -> belongs(pod, targetUid, find)).toList());
    }

    /// An owner, as far as this process knows it.
    ///
    /// @param watched whether objects of its kind are known at all
    record Found(boolean watched, @Nullable HasMetadata object) {
    }

    private static boolean belongs(Pod pod, String targetUid, Function<OwnerReference, Found> find) {
        HasMetadata object = pod;
        for (int depth = 0; depth < DEEPEST; depth++) {
            var owner = Owners.controllerOf(object);
            if (owner == null) {
                return false;
            }
            if (owner.getUid().equals(targetUid)) {
                return true;
            }
            var found = find.apply(owner);
            if (!found.watched) {
                return true;
            }
            if (found.object == null) {
                return false;
            }
            object = found.object;
        }
        return false;
    }

    /// Drops the values of pods that are not the target's.
    Map<String, PodReading> only(Map<String, PodReading> readings) {
        var mine = new HashMap<String, PodReading>();
        for (var pod : own) {
            var reading = readings.get(pod.getMetadata().getName());
            if (reading != null) {
                mine.put(pod.getMetadata().getName(), reading);
            }
        }
        return mine;
    }

    int ready() {
        return (int) own.stream().filter(pod -> Pods.isReady(pod) && !Pods.isTerminating(pod) && !Pods.isTerminal(pod)).count();
    }
}
