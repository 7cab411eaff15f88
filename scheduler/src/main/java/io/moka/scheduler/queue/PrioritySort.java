package io.moka.scheduler.queue;

import io.moka.scheduler.framework.QueueSort;

/// Sorts activeQ: highest priority first, then oldest first.
public final class PrioritySort implements QueueSort {

    @Override
    public String name() {
        return "PrioritySort";
    }

    @Override
    public int compare(Entry a, Entry b) {
        int byPriority = Integer.compare(b.pod().priority(), a.pod().priority());
        return byPriority != 0 ? byPriority : a.since().compareTo(b.since());
    }
}
