package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.cni.CniException;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.kubelet.volume.VolumeFailure;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.workqueue.Backoff;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps one pod in step with its specification until the pod is gone and all of its parts are removed.
///
/// One virtual thread `pod-<name>` makes passes ([PodSync]) in a loop and waits in between, as each pass says by a [Next]. Other threads give it orders
/// ([Desired]) and wake it through its [Inbox]. Follows upstream's `podWorkers`.
final class PodWorker {

    private static final Logger log = LoggerFactory.getLogger(PodWorker.class);
    private static final Duration SHORTEST_RETRY = Duration.ofMillis(500);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(20);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private final NodeServices services;
    private final Runnable whenDone;
    private final Inbox inbox = new Inbox();
    private final PodSync sync;
    private final Thread thread;

    // written by the informer's thread
    private volatile Pod pod;
    private volatile boolean removed;

    // the worker's thread alone: how many passes in a row did not go well
    private int failures;

    /// @param known ids of containers that the pod may have
    PodWorker(NodeServices services, Pod pod, Set<String> known, boolean removed, Runnable whenDone) {
        this.services = services;
        this.pod = pod;
        this.removed = removed;
        this.whenDone = whenDone;
        this.sync = new PodSync(services, pod, inbox);
        known.forEach(inbox::look);
        this.thread = NeededThread.unstarted("pod-" + pod.getMetadata().getName(), this::run);
    }

    PodWorker begin() {
        thread.start();
        return this;
    }

    /// The pod has changed. What only its own status reports is no reason to wake.
    void update(Pod changed) {
        var before = pod;
        pod = changed;
        if (PodChange.isNews(before, changed) || sync.isContradictedBy(changed)) {
            inbox.ring();
        }
    }

    /// Looks whether the API shows the pod as it is.
    void compareWithApi() {
        if (!removed && sync.isContradictedBy(pod)) {
            inbox.ring();
        }
    }

    /// The pod's object is gone.
    void remove(Pod last) {
        pod = last;
        removed = true;
        inbox.ring();
    }

    boolean isRemoved() {
        return removed;
    }

    void evict(Eviction eviction) {
        inbox.evict(eviction);
    }

    boolean isEvictable() {
        return !removed && !sync.phase().isReleased() && !sync.phase().isInherited() && inbox.eviction() == null;
    }

    /// Whether no container of the pod will run any more, though its object is still there.
    boolean isOver() {
        return sync.phase().isReleased();
    }

    /// The container may have changed.
    void look(String containerId) {
        inbox.look(containerId);
    }

    /// Events were missed: these containers exist now.
    void lookAtAll(Set<String> existing) {
        existing.forEach(inbox::look);
        view().containers().forEach(record -> inbox.look(record.id()));
        view().sandboxes().forEach(record -> inbox.look(record.id()));
    }

    PodView view() {
        return sync.view();
    }

    Pod pod() {
        return pod;
    }

    void stop() {
        thread.interrupt();
    }

    /// Waits until the stopped worker does nothing more.
    void awaitEnd(Duration patience) throws InterruptedException {
        thread.join(patience);
    }

    private void run() {
        try {
            for (var next = sync(); !(next instanceof Next.Never); next = sync()) {
                inbox.await(untilThen(next));
            }
            whenDone.run();
        } catch (InterruptedException e) {
            sync.close();
        }
    }

    /// Makes one pass. An error in it means a retry.
    private Next sync() throws InterruptedException {
        try {
            var next = sync.pass(new Desired(pod, removed, inbox.eviction()));
            failures = next instanceof Next.Retry ? failures + 1 : 0;
            return next;
        } catch (RuntimeFailure | CniException | VolumeFailure | UncheckedIOException e) {
            log.warn("{}: {}; trying again", pod.getMetadata().getName(), e.getMessage());
            services.events().warning(pod, null, "FailedSync", "error syncing pod: " + e.getMessage());
        } catch (RuntimeException e) {
            log.error("{}: unforeseen; trying again", pod.getMetadata().getName(), e);
        }
        failures++;
        return new Next.Retry();
    }

    /// Returns how long to wait for an event; null for any time.
    private @Nullable Duration untilThen(Next next) {
        return switch (next) {
            case Next.OnEvent event -> null;
            case Next.At(var time) -> shorter(Duration.between(services.clock().instant(), time));
            case Next.Retry retry -> Backoff.delay(SHORTEST_RETRY, LONGEST_RETRY, Math.min(failures - 1, 20));
            case Next.Never never -> throw new IllegalStateException("the worker has nothing more to do");
        };
    }

    /// The clock may be set back while the worker waits for a time of day, so it looks anew after a while.
    private static Duration shorter(Duration wait) {
        return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }
}
