package io.moka.scheduler.framework;

import io.moka.scheduler.cache.PodInfo;

/// An extension point: reserves resources for the pod on its node that the cache does not count.
public interface Reserve extends Plugin {

    Verdict reserve(CycleState state, PodInfo pod, String node);

    /// Undoes the reservation; called for every Reserve plugin when one of them, a Permit, a PreBind or the binding fails. Does not fail.
    void unreserve(CycleState state, PodInfo pod, String node);
}
