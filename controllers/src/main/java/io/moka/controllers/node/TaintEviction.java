package io.moka.controllers.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.meta.Times;
import io.moka.machinery.meta.Tolerations;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Deletes one pod when it does not tolerate the taints of its node, or no longer does.
final class TaintEviction implements Reconciler<ObjectKey> {

    private final Lister<Pod> pods;
    private final Lister<Node> nodes;
    private final Resources<Pod> writer;
    private final EventRecorder events;
    private final InstantSource clock;

    // since when each pod is seen with the taints of its node: only those that we set ourselves carry the time
    private final Map<ObjectKey, Map<Taint, Instant>> firstSeen = new ConcurrentHashMap<>();

    TaintEviction(ControllerContext context) {
        this.pods = context.informers().of(Pod.class).lister();
        this.nodes = context.informers().of(Node.class).lister();
        this.writer = context.client().resources(Pod.class);
        this.events = context.events().apply("taint-eviction-controller");
        this.clock = context.clock();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var pod = pods.get(key);
        var node = pod == null ? null : nodes.get("", pod.getSpec().getNodeName());
        if (node == null || Pods.isTerminating(pod)) {
            firstSeen.remove(key);
            return Outcome.DONE;
        }
        rememberTaints(key, node);
        var deadline = deadline(pod, node);
        if (deadline == null) {
            return Outcome.DONE;
        }
        var left = Duration.between(clock.instant(), deadline);
        if (left.isPositive()) {
            return Outcome.requeueAfter(left);
        }
        evict(pod);
        return Outcome.DONE;
    }

    private void rememberTaints(ObjectKey pod, Node node) {
        var now = clock.instant();
        var taints = node.getSpec().getTaints().stream().filter(TaintEviction::evicts).toList();
        if (taints.isEmpty()) {
            firstSeen.remove(pod);
            return;
        }
        var seen = firstSeen.computeIfAbsent(pod, key -> new HashMap<>());
        seen.keySet().retainAll(taints);
        taints.forEach(taint -> seen.putIfAbsent(taint, now));
    }

    private static boolean evicts(Taint taint) {
        return "NoExecute".equals(taint.getEffect());
    }

    private void evict(Pod pod) {
        events.normal(pod, "TaintManagerEviction", "Marking for deletion Pod " + ObjectKey.of(pod));
        try {
            writer.patchStatus(pod.getMetadata().getNamespace(), pod.getMetadata().getName(), PatchType.STRATEGIC, Map.of("status", Map.of("conditions",
                    List.of(new PodConditionBuilder().withType("DisruptionTarget").withStatus("True").withReason("DeletionByTaintManager")
                            .withMessage("Taint manager: deleting due to NoExecute taint").withObservedGeneration(pod.getMetadata().getGeneration())
                            .withLastTransitionTime(Times.format(clock.instant())).build()))));
            writer.delete(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    /// When the pod has to go: the earliest of its taints' deadlines; null if it may stay.
    private @Nullable Instant deadline(Pod pod, Node node) {
        Instant earliest = null;
        for (var taint : node.getSpec().getTaints()) {
            if (evicts(taint)) {
                var deadline = deadline(pod, taint);
                earliest = deadline == null || earliest != null && earliest.isBefore(deadline) ? earliest : deadline;
            }
        }
        return earliest;
    }

    /// The shortest of the matching tolerations counts; one without an end only where no other has one.
    private @Nullable Instant deadline(Pod pod, Taint taint) {
        var added = Times.parse(taint.getTimeAdded());
        var since = added == null ? firstSeen.get(ObjectKey.of(pod)).get(taint) : added;
        var matching = pod.getSpec().getTolerations().stream().filter(toleration -> Tolerations.tolerates(toleration, taint)).toList();
        if (matching.isEmpty()) {
            return since;
        }
        var shortest = matching.stream().map(Toleration::getTolerationSeconds).filter(Objects::nonNull).min(Long::compare);
        return shortest.map(seconds -> since.plusSeconds(Math.max(0, seconds))).orElse(null);
    }
}
