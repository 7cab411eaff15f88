package io.moka.scheduler.preemption;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.client.Resources;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.meta.Times;
import io.moka.machinery.process.Metrics;
import io.moka.machinery.thread.TaskThread;
import io.moka.scheduler.cache.PodInfo;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Evicts the victims of preemptions through the API. Each preemption has a thread `preempt-<pod>`; 16 of them work at a time. A pod has one preemption at a
/// time, so there are at most as many threads as pods that fit nowhere.
public final class Evictions {

    private static final Logger log = LoggerFactory.getLogger(Evictions.class);
    private static final String DISRUPTION_TARGET = "DisruptionTarget";
    private static final String REASON = "PreemptionByScheduler";
    private static final int AT_A_TIME = 16;

    /// Gets the outcomes of nominations.
    public interface Nominations {

        /// An eviction failed: the pod's nomination is given back, and the pod is tried again.
        void failed(PodInfo pod);

        /// A pod of higher priority gets the node: the nomination of this one ends.
        void displaced(PodInfo pod);
    }

    private final Resources<Pod> pods;
    private final EventRecorder events;
    private final InstantSource clock;
    private final Nominations nominations;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final Semaphore working = new Semaphore(AT_A_TIME);

    public Evictions(ApiClient client, EventRecorder events, InstantSource clock, Nominations nominations) {
        this.pods = client.resources(Pod.class);
        this.events = events;
        this.clock = clock;
        this.nominations = nominations;
    }

    boolean isUnderWay(PodInfo pod) {
        return underWay.contains(pod.uid());
    }

    /// Whether the scheduler has evicted this pod.
    static boolean isPreempted(Pod pod) {
        var condition = Pods.condition(pod, DISRUPTION_TARGET);
        return condition != null && "True".equals(condition.getStatus()) && REASON.equals(condition.getReason());
    }

    /// Does not block.
    void start(PodInfo pod, Candidate candidate, List<PodInfo> displaced) {
        underWay.add(pod.uid());
        Counter.builder("scheduler.preemption.attempts").register(Metrics.registry()).increment();
        DistributionSummary.builder("scheduler.preemption.victims").serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64).register(Metrics.registry()).record(candidate.victims().size());
        TaskThread.start("preempt-" + pod.key(), () -> run(pod, candidate, displaced));
    }

    private void run(PodInfo pod, Candidate candidate, List<PodInfo> displaced) {
        boolean evicted = false;
        working.acquireUninterruptibly();
        try {
            displaced.forEach(nominations::displaced);
            candidate.victims().forEach(victim -> evict(victim, pod, candidate.node().name()));
            evicted = true;
        } catch (ApiException | UncheckedIOException e) {
            log.info("preemption for {} on {} failed: {}", pod.key(), candidate.node().name(), e.getMessage());
        } catch (RuntimeException e) {
            log.error("preemption for {} on {} failed", pod.key(), candidate.node().name(), e);
        } finally {
            working.release();
            underWay.remove(pod.uid());
            if (!evicted) {
                nominations.failed(pod);
            }
        }
    }

    private void evict(PodInfo victim, PodInfo pod, String node) {
        if (Pods.isTerminating(victim.pod())) {
            return;
        }
        try {
            var condition = new PodConditionBuilder().withType(DISRUPTION_TARGET).withStatus("True").withReason(REASON)
                    .withMessage(pod.pod().getSpec().getSchedulerName() + ": preempting to accommodate a higher priority pod")
                    .withObservedGeneration(victim.pod().getMetadata().getGeneration()).withLastTransitionTime(Times.format(clock.instant())).build();
            pods.patchStatus(victim.key().namespace(), victim.key().name(), PatchType.STRATEGIC,
                    Map.of("metadata", Map.of("uid", victim.uid()), "status", Map.of("conditions", List.of(condition))));
            pods.delete(victim.key().namespace(), victim.key().name(),
                    new DeleteOptionsBuilder().withNewPreconditions().withUid(victim.uid()).endPreconditions().build());
            events.normal(victim.pod(), "Preempted", "Preempted by pod " + pod.uid() + " on node " + node);
        } catch (ApiException e) {
            if (!e.isNotFound() && !e.isConflict()) {
                throw e;
            }
            log.debug("the victim {} is gone already", victim.key());
        }
    }
}
