package io.moka.scheduler.framework;

import io.moka.scheduler.cache.PodInfo;
import java.time.Instant;
import java.util.Comparator;

/// The order of activeQ. All profiles of a process share one.
public interface QueueSort extends Plugin, Comparator<QueueSort.Entry> {

    /// A pod in activeQ.
    interface Entry {

        PodInfo pod();

        /// When the pod first came.
        Instant since();
    }
}
