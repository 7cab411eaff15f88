package io.moka.controllers.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.meta.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The back-off of a job, or of one of its indexes, before a failed pod is replaced.
///
/// @param failures failures since the last success
/// @param last when the last of them happened; null where there was none
record Backoff(int failures, @Nullable Instant last) {

    static final Backoff NONE = new Backoff(0, null);

    private static final Duration SHORTEST = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofMinutes(6);

    /// The record after these pods have ended as well. A success resets the failures before it.
    Backoff after(List<Pod> succeeded, List<Pod> failed) {
        var success = succeeded.stream().map(Backoff::endOf).max(Comparator.naturalOrder()).orElse(null);
        var later = failed.stream().map(Backoff::endOf).filter(end -> success == null || end.isAfter(success)).toList();
        var last = later.stream().max(Comparator.naturalOrder()).orElse(success == null ? this.last : null);
        return new Backoff((success == null ? failures : 0) + later.size(), last);
    }

    /// When the next pod may be created; null for at once.
    @Nullable Instant until() {
        if (failures == 0 || last == null) {
            return null;
        }
        return last.plus(io.moka.machinery.workqueue.Backoff.delay(SHORTEST, LONGEST, failures - 1));
    }

    boolean isOver(Instant now) {
        var until = until();
        return until == null || !until.isAfter(now);
    }

    /// When the pod ended: by its containers, else when it ceased to be ready, else when it was deleted, else when it was made.
    static Instant endOf(Pod pod) {
        var byContainers = endOfContainers(pod);
        if (byContainers != null) {
            return byContainers;
        }
        var ready = Pods.condition(pod, "Ready");
        if (ready != null && ready.getStatus().equals("False") && Times.parse(ready.getLastTransitionTime()) != null) {
            return Instant.parse(ready.getLastTransitionTime());
        }
        var metadata = pod.getMetadata();
        if (metadata.getDeletionTimestamp() != null) {
            var grace = metadata.getDeletionGracePeriodSeconds();
            return Instant.parse(metadata.getDeletionTimestamp()).minusSeconds(grace == null ? 0 : grace);
        }
        return Instant.parse(metadata.getCreationTimestamp());
    }

    /// The end of the container that ended last; null while one runs. Of the init containers only those that run beside the others count.
    private static @Nullable Instant endOfContainers(Pod pod) {
        if (pod.getStatus() == null) {
            return null;
        }
        var sidecars = pod.getSpec().getInitContainers().stream().filter(init -> "Always".equals(init.getRestartPolicy())).map(init -> init.getName()).toList();
        var containers = Stream.concat(pod.getStatus().getContainerStatuses().stream(),
                pod.getStatus().getInitContainerStatuses().stream().filter(status -> sidecars.contains(status.getName()))).toList();
        Instant latest = null;
        for (var container : containers) {
            var ended = container.getState() == null ? null : container.getState().getTerminated();
            var at = ended == null ? null : Times.parse(ended.getFinishedAt());
            if (at == null) {
                return null;
            }
            latest = latest == null || at.isAfter(latest) ? at : latest;
        }
        return latest;
    }
}
