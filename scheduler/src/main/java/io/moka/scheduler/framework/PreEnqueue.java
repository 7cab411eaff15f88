package io.moka.scheduler.framework;

import io.moka.scheduler.cache.PodInfo;

/// An extension point: decides whether a pod may enter activeQ. A pod that may not is *gated*: it waits without attempts until it changes.
public interface PreEnqueue extends Plugin {

    Verdict preEnqueue(PodInfo pod);
}
