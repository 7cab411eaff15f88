package io.moka.controllers.podgc;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.plan.PlanWriter;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.time.TimeSource;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Removes one pod that no kubelet will end.
final class PodGcReconciler implements Reconciler<ObjectKey> {

    private final Lister<Pod> pods;
    private final Lister<Node> nodes;
    private final Resources<Pod> livePods;
    private final Resources<Node> liveNodes;
    private final PlanWriter writer;
    private final TimeSource clock;

    // when the node of each pod was first found missing; an entry goes with the pod, or when the node comes
    private final Map<ObjectKey, Instant> missing = new ConcurrentHashMap<>();

    PodGcReconciler(ControllerContext context) {
        this.pods = context.informers().of(Pod.class).lister();
        this.nodes = context.informers().of(Node.class).lister();
        this.livePods = context.client().resources(Pod.class);
        this.liveNodes = context.client().resources(Node.class);
        this.writer = new PlanWriter(context.client(), context.events().apply("pod-garbage-collector"));
        this.clock = context.clock();
    }

    /// The pod's node was seen to be deleted: it is no node that is still to come.
    void nodeDeleted(ObjectKey pod) {
        missing.put(pod, Instant.EPOCH);
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var pod = pods.get(key);
        if (pod == null) {
            missing.remove(key);
            return Outcome.DONE;
        }
        var now = clock.instant();
        var name = pod.getSpec().getNodeName();
        boolean bound = name != null && !name.isEmpty();
        var node = bound ? nodes.get("", name) : null;
        var since = bound && node == null ? missing.computeIfAbsent(key, unseen -> now) : null;
        if (since == null) {
            missing.remove(key);
        }
        var plan = PodGcPlan.of(pod, node, since, now);
        if (plan.writes().isEmpty()) {
            return plan.outcome();
        }
        var live = live(pod);
        if (live != null) {
            var liveNode = bound ? liveNodes.find("", name) : null;
            writer.carryOut(PodGcPlan.of(live, liveNode, liveNode == null ? since : null, now).writes());
        }
        return Outcome.DONE;
    }

    /// The pod as the server has it: one of the same name may be another pod, on another node.
    private @Nullable Pod live(Pod pod) {
        var fresh = livePods.find(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
        boolean same = fresh != null && fresh.getMetadata().getUid().equals(pod.getMetadata().getUid())
                && Objects.equals(fresh.getSpec().getNodeName(), pod.getSpec().getNodeName());
        return same ? fresh : null;
    }
}
