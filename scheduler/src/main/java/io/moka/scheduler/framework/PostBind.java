package io.moka.scheduler.framework;

import io.moka.scheduler.cache.PodInfo;

/// An extension point: called after a binding was written.
public interface PostBind extends Plugin {

    void postBind(CycleState state, PodInfo pod, String node);
}
