package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.moka.machinery.meta.Times;
import io.moka.machinery.workqueue.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reports the status of one pod to the API whenever it has changed. Used by the pod's worker alone.
final class PodReporter {

    private static final Logger log = LoggerFactory.getLogger(PodReporter.class);
    private static final Duration SHORTEST_HEALING = Duration.ofSeconds(1);
    private static final Duration LONGEST_HEALING = Duration.ofMinutes(5);
    private static final Duration FORGIVEN = Duration.ofMinutes(10);

    private final NodeServices services;
    private final Supplier<Map<String, Waiting>> problems;
    private final Supplier<ResizeVerdict> resize;
    private final Instant startTime;

    // the last status that was reported, by this kubelet or the one before it; written by the worker's thread, read by the informer's
    private volatile @Nullable PodStatus last;

    // when a wrong status in the API was last corrected, and how often in a row
    private Instant healedAt = Instant.EPOCH;
    private int healings;

    /// @param problems returns the problems that keep containers from starting, by the containers' names
    PodReporter(NodeServices services, Pod pod, Supplier<Map<String, Waiting>> problems, Supplier<ResizeVerdict> resize) {
        this.services = services;
        this.problems = problems;
        this.resize = resize;
        this.last = pod.getStatus();
        var begun = last == null ? null : Times.parse(last.getStartTime());
        this.startTime = begun == null ? services.clock().instant() : begun;
    }

    /// When a kubelet first saw the pod.
    Instant startTime() {
        return startTime;
    }

    /// Whether the API shows the pod otherwise than it was last spoken of. Any thread may ask.
    boolean isContradictedBy(Pod shown) {
        var said = last;
        return said != null && !services.reports().isAheadOf(shown) && Contradiction.between(said, shown.getStatus());
    }

    /// Reports the last status again. If the status in the API is overwritten repeatedly, it is reported again after 1 s, then 2 s, up to 5 min.
    ///
    /// @return the time of the report, or null if it was made now
    @Nullable Instant heal(Pod shown) {
        var now = services.clock().instant();
        if (Duration.between(healedAt, now).abs().compareTo(FORGIVEN) > 0) {
            healings = 0;
        }
        var allowed = healings == 0 ? now : healedAt.plus(Backoff.delay(SHORTEST_HEALING, LONGEST_HEALING, healings - 1));
        if (allowed.isAfter(now) && !healedAt.isAfter(now)) {
            return allowed;
        }
        healings++;
        healedAt = now;
        log.info("the API shows pod {} otherwise than it is here; its status is told again", shown.getMetadata().getName());
        services.reports().report(shown, Objects.requireNonNull(last));
        return null;
    }

    /// @param failure the kubelet's own verdict, or null
    /// @param over whether no container will run any more
    void report(PodView view, Map<String, Waiting> waiting, PodStatuses.@Nullable Failure failure, boolean over) {
        var status = status(view, waiting, failure, over);
        if (!status.equals(last)) {
            last = status;
            services.reports().report(view.pod(), status);
        }
    }

    /// Sends the last report on a pod that has ended, after which its object is deleted.
    ///
    /// @param settled whether the last report stays valid
    void finish(PodView view, PodStatuses.@Nullable Failure failure, boolean settled) {
        var said = last;
        services.reports().finish(view.pod(), settled && said != null ? said : status(view, Map.of(), failure, true));
    }

    /// Records an event for each container whose back-off begins now.
    void announceBackOff(PodView view, Map<String, Waiting> waiting) {
        waiting.forEach((name, wait) -> {
            var said = last;
            if (wait.reason().equals("CrashLoopBackOff") && said != null && !saidToWait(said, name)) {
                services.events().warning(view.pod(), name, "BackOff", "Back-off restarting failed container " + name + " in pod " + view.latest(name).pod());
            }
        });
    }

    private static boolean saidToWait(PodStatus said, String container) {
        return Stream.of(said.getInitContainerStatuses(), said.getContainerStatuses()).flatMap(List::stream)
                .anyMatch(status -> status.getName().equals(container) && status.getState() != null && status.getState().getWaiting() != null);
    }

    private PodStatus status(PodView view, Map<String, Waiting> waiting, PodStatuses.@Nullable Failure failure, boolean over) {
        var reasons = new HashMap<>(waiting);
        problems.get().forEach(reasons::putIfAbsent);
        var said = last;
        List<PodCondition> before = said == null ? List.of() : said.getConditions();
        return PodStatuses.of(view, new PodStatuses.Context(reasons, failure, resize.get(), before, startTime, services.clock().instant(), over));
    }
}
