package io.moka.scheduler.framework;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.moka.scheduler.cache.PodInfo;
import org.jspecify.annotations.Nullable;

/// A change in the cluster, with the object before and after it.
public sealed interface Change {

    ClusterEvent event();

    /// @param before null if the node is new
    record OfNode(ClusterEvent event, @Nullable Node before, Node after) implements Change {
    }

    /// @param before null if the pod is new on its node
    /// @param after null if the pod is gone
    record OfPod(ClusterEvent event, @Nullable PodInfo before, @Nullable PodInfo after) implements Change {
    }

    /// @param object the claim, volume, storage class or CSI node after the change
    record OfStorage(ClusterEvent event, HasMetadata object) implements Change {
    }

    record Other(ClusterEvent event) implements Change {
    }
}
