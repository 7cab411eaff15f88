package io.moka.scheduler;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.meta.LabelSelector;
import io.moka.scheduler.cache.ClusterCache;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.config.Configuration;
import io.moka.scheduler.config.PluginCatalog;
import io.moka.scheduler.framework.Change;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.Plugin;
import io.moka.scheduler.framework.Profile;
import io.moka.scheduler.framework.QueueSort;
import io.moka.scheduler.framework.Verdict;
import io.moka.scheduler.queue.QueuedPod;
import io.moka.scheduler.queue.SchedulingQueue;
import io.moka.scheduler.topology.Namespaces;
import io.moka.scheduler.why.Decision;
import io.moka.scheduler.why.DecisionLog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Runs the scheduler without an API: the queue, the cache and the cycles in memory, for tests, benchmarks and teaching. The same objects and the same seed
/// give the same placement. A pod is on its node as soon as its cycle has ended; nothing is preempted, as evictions need an API. Belongs to one thread.
public final class Simulation {

    private static final Duration NO_PAUSE = Duration.ofMillis(1);

    /// Namespaces without labels.
    private static final Namespaces NAMESPACES = new Namespaces() {
        @Override
        public Map<String, String> labels(String namespace) {
            return Map.of();
        }

        @Override
        public Set<String> matching(LabelSelector selector) {
            return Set.of();
        }
    };

    private final ClusterCache cache = new ClusterCache();
    private final Snapshot snapshot = new Snapshot();
    private final SchedulingQueue queue;
    private final ClusterWatch watch;
    private final Map<String, SchedulingCycle> cycles;
    private final DecisionLog decisions = new DecisionLog();
    private final InstantSource clock = InstantSource.system();
    private final Why why;

    /// @param more plugins beside those of the catalog
    /// @param sharing whether pods of one shape share their answers; the placement is the same
    public Simulation(List<Plugin> more, long seed, boolean sharing) {
        var catalog = new PluginCatalog(NAMESPACES, namespace -> List.of(), more);
        var profiles = Configuration.defaults("default-scheduler").profiles().stream().map(spec -> spec.profile(catalog)).toList();
        var random = new Random(seed);
        this.cycles = profiles.stream().collect(Collectors.toMap(Profile::schedulerName, profile -> new SchedulingCycle(profile, random, sharing)));
        this.queue = new SchedulingQueue(clock, profiles.getFirst().at(QueueSort.class).getFirst(), pod -> Verdict.SUCCESS, NO_PAUSE, NO_PAUSE);
        this.watch = new ClusterWatch(cache, queue, cycles.keySet());
        this.why = new Why(decisions, queue, cache, profiles, () -> true);
    }

    public void put(@Nullable Node before, Node node) {
        if (before == null) {
            watch.nodes().onAdd(node);
        } else {
            watch.nodes().onUpdate(before, node);
        }
    }

    public void remove(Node node) {
        watch.nodes().onDelete(node);
    }

    /// A pod with a node is there, one without a node waits for its turn.
    public void put(Pod pod) {
        watch.pods().onAdd(pod);
    }

    public void remove(Pod pod) {
        watch.pods().onDelete(pod);
    }

    /// Schedules the pods that wait, until none is left whose turn it is.
    ///
    /// @param placed gets each pod and its node, which is empty for a pod that fits nowhere
    public void run(BiConsumer<PodInfo, String> placed) {
        for (var next = queue.poll(); next != null; next = queue.poll()) {
            schedule(next, placed);
        }
    }

    private void schedule(QueuedPod queued, BiConsumer<PodInfo, String> placed) {
        var pod = queued.pod();
        cache.refresh(snapshot);
        var result = cycles.get(pod.pod().getSpec().getSchedulerName()).run(pod, snapshot);
        decisions.add(new Decision(pod, clock.instant(), queued.attempts(), result.outcome()));
        switch (result) {
            case SchedulingResult.Scheduled scheduled -> {
                var node = scheduled.node().name();
                cache.assume(pod, node);
                queue.remove(pod.uid());
                queue.happened(new Change.OfPod(ClusterEvent.POD_PLACED, null, pod));
                placed.accept(pod, node);
            }
            case SchedulingResult.Unschedulable unschedulable -> {
                queue.putUnschedulable(queued, unschedulable.refusedBy());
                placed.accept(pod, "");
            }
        }
    }

    /// The answer to the question of `kubectl-lite why`, in JSON.
    ///
    /// @param query `namespace`, `pod`, and `if` for a hypothesis
    public byte[] why(Map<String, String> query) {
        return why.get(query).body();
    }

    /// Returns a pod's state in the queue, as text; null for a pod that does not wait.
    public @Nullable String waiting(Pod pod) {
        return queue.describe(pod.getMetadata().getUid());
    }

    /// The nodes with the pods on them, as the next cycle will see them.
    public Snapshot snapshot() {
        cache.refresh(snapshot);
        return snapshot;
    }
}
