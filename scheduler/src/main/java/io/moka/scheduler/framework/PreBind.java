package io.moka.scheduler.framework;

import io.moka.scheduler.cache.PodInfo;

/// An extension point: does the work that must be finished before the binding is written. Runs on the binding's thread and may block.
public interface PreBind extends Plugin {

    Verdict preBind(CycleState state, PodInfo pod, String node);
}
