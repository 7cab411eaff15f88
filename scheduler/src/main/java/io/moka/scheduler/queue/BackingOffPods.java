package io.moka.scheduler.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The queue backoffQ, in two parts: pods that fitted no node, and pods whose attempt failed for a reason outside the pod. Guarded by the queue's lock.
final class BackingOffPods {

    /// @param afterError whether the attempt failed, so that the pod waits even when nothing else is to be done
    record Delayed(QueuedPod pod, Instant until, boolean afterError) {
    }

    private static final Comparator<Delayed> BY_TIME = Comparator.comparing(Delayed::until).thenComparing(delayed -> delayed.pod.pod().uid());

    private final TreeSet<Delayed> refused = new TreeSet<>(BY_TIME);
    private final TreeSet<Delayed> failed = new TreeSet<>(BY_TIME);

    void add(Delayed delayed) {
        (delayed.afterError ? failed : refused).add(delayed);
    }

    void remove(Delayed delayed) {
        (delayed.afterError ? failed : refused).remove(delayed);
    }

    int size() {
        return refused.size() + failed.size();
    }

    /// Returns a pod whose back-off is over, or null. A remaining back-off beyond the longest one shows that the clock was set back, and counts as over.
    @Nullable Delayed due(Instant now, Duration longest) {
        var due = due(refused, now, longest);
        return due != null ? due : due(failed, now, longest);
    }

    private static @Nullable Delayed due(TreeSet<Delayed> pods, Instant now, Duration longest) {
        if (pods.isEmpty()) {
            return null;
        }
        if (!pods.first().until.isAfter(now)) {
            return pods.first();
        }
        return pods.last().until.isAfter(now.plus(longest)) ? pods.last() : null;
    }

    /// Returns a pod that may be tried before its back-off is over because activeQ is empty; or null.
    @Nullable Delayed early() {
        return refused.isEmpty() ? null : refused.first();
    }

    /// When the next pause is over, or null.
    @Nullable Instant next() {
        return failed.isEmpty() ? null : failed.first().until;
    }
}
