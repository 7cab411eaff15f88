package io.moka.scheduler.framework;

import io.moka.scheduler.cache.PodInfo;

/// An extension point: writes the pod's binding to the chosen node. Runs on the binding's thread and may block.
public interface Bind extends Plugin {

    /// @return [Verdict.Skip] to leave the pod to the next Bind plugin
    /// @throws io.moka.machinery.client.ApiException when the pod is gone, is another one by now, or has a node already
    Verdict bind(CycleState state, PodInfo pod, String node);
}
