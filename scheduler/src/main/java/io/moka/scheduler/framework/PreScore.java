package io.moka.scheduler.framework;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import java.util.List;

/// An extension point: reads the pod and the fitting nodes once, before they are scored.
public interface PreScore extends Plugin {

    /// @return [Verdict.Skip] to leave out the Score of the same plugin: all nodes would get the same
    Verdict preScore(CycleState state, PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible);
}
