package io.moka.scheduler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.moka.machinery.client.Json;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.process.ComponentPage;
import io.moka.scheduler.cache.ClusterCache;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.PostFilter;
import io.moka.scheduler.framework.Profile;
import io.moka.scheduler.queue.SchedulingQueue;
import io.moka.scheduler.why.DecisionLog;
import io.moka.scheduler.why.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// Serves the page that explains why a pod is on its node or on none: `?namespace=NS&pod=NAME`. With `&if=HYPOTHESIS` the answer is computed on a changed copy
/// of the snapshot: all nodes are considered, and no pod is bound or preempted.
final class Why implements ComponentPage {

    static final String PATH = "/debug/scheduler/why";

    /// Hypotheses under way at a time: each holds a copy of the list of nodes.
    private static final int AT_A_TIME = 2;
    private static final int ALL_NODES = 100;
    private static final long SEED = 1;

    private final DecisionLog decisions;
    private final SchedulingQueue queue;
    private final ClusterCache cache;
    private final Map<String, Profile> profiles;
    private final BooleanSupplier deciding;
    private final Semaphore copies = new Semaphore(AT_A_TIME);

    /// @param deciding whether this process is the one that schedules
    Why(DecisionLog decisions, SchedulingQueue queue, ClusterCache cache, List<Profile> profiles, BooleanSupplier deciding) {
        this.decisions = decisions;
        this.queue = queue;
        this.cache = cache;
        this.profiles = profiles.stream().collect(Collectors.toMap(Profile::schedulerName, profile -> profile));
        this.deciding = deciding;
    }

    @Override
    public Answer get(Map<String, String> query) {
        if (!deciding.getAsBoolean()) {
            return Answer.status(503, "ServiceUnavailable", "this scheduler waits for its lease: another one schedules");
        }
        var name = query.getOrDefault("pod", "");
        if (name.isEmpty()) {
            return Answer.status(400, "BadRequest", "the parameter pod is required");
        }
        var key = new ObjectKey(query.getOrDefault("namespace", "default"), name);
        var supposed = query.get("if");
        try {
            return supposed == null ? recorded(key) : supposed(key, Hypothesis.parse(supposed, key.namespace()));
        } catch (IllegalArgumentException e) {
            return Answer.status(400, "BadRequest", String.valueOf(e.getMessage()));
        }
    }

    private Answer recorded(ObjectKey key) {
        var answer = about(key);
        var decision = decisions.find(key);
        if (decision != null) {
            answer.set("decision", Json.tree(decision));
        } else if (!answer.hasNonNull("state")) {
            return unknown(key);
        }
        return Answer.json(Json.bytes(answer));
    }

    private Answer supposed(ObjectKey key, List<Hypothesis> changes) {
        if (!copies.tryAcquire()) {
            return Answer.status(429, "TooManyRequests", "other hypotheses are being computed; ask again");
        }
        try {
            long start = System.nanoTime();
            var copy = cache.copy();
            var placed = copy.find(key);
            if (placed != null) {
                copy.takeOff(placed);
            }
            var pod = placed == null ? queue.find(key) : placed.pod();
            var profile = pod == null ? null : profiles.get(pod.pod().getSpec().getSchedulerName());
            if (pod == null || profile == null) {
                return unknown(key);
            }
            changes.forEach(change -> change.applyTo(copy));
            var answer = about(key);
            answer.set("decision", Json.mapper().createObjectNode().<ObjectNode>set("outcome", Json.mapper().valueToTree(outcome(copy, withoutNode(pod), profile)))
                    .put("micros", (System.nanoTime() - start) / 1_000));
            return Answer.json(Json.bytes(answer));
        } finally {
            copies.release();
        }
    }

    /// A pod that runs is asked about as if it had no node yet.
    private static PodInfo withoutNode(PodInfo pod) {
        var spec = pod.pod().getSpec();
        return spec.getNodeName() == null ? pod
                : PodInfo.of(new PodBuilder(pod.pod()).editSpec().withNodeName(null).endSpec().build());
    }

    private static Outcome outcome(ClusterCache copy, PodInfo pod, Profile profile) {
        var snapshot = new Snapshot();
        copy.refresh(snapshot);
        var plugins = profile.plugins().stream().filter(plugin -> !(plugin instanceof PostFilter)).toList();
        var cycle = new SchedulingCycle(new Profile(profile.schedulerName(), plugins, profile.weights(), ALL_NODES), new Random(SEED), false);
        return cycle.run(pod, snapshot).outcome();
    }

    /// The pod's name, and where it is now: on a node, or in one of the queues.
    private ObjectNode about(ObjectKey key) {
        var answer = Json.mapper().createObjectNode().put("namespace", key.namespace()).put("pod", key.name());
        var placed = cache.find(key);
        var pod = placed == null ? queue.find(key) : placed.pod();
        if (pod != null) {
            var waiting = queue.describe(pod.uid());
            answer.put("uid", pod.uid()).put("priority", pod.priority())
                    .put("state", placed == null ? waiting : "on node " + placed.node() + (waiting == null ? "" : ", being bound"));
        }
        return answer;
    }

    private static Answer unknown(ObjectKey key) {
        return Answer.status(404, "NotFound", "pod \"" + key + "\" does not wait for this scheduler, has no node, and is none of the last that it decided about");
    }
}
