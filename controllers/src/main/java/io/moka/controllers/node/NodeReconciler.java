package io.moka.controllers.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.Informers;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.ListOptions;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.meta.Times;
import io.moka.machinery.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Marks a silent node as unknown, gives a node its pod range, and sets its taints and the readiness of its pods by its conditions.
final class NodeReconciler implements Reconciler<ObjectKey> {

    private static final Duration GRACE = Duration.ofSeconds(40);

    private final Lister<Node> nodes;
    private final Lister<Pod> pods;
    private final Resources<Node> writer;
    private final Resources<Pod> podWriter;
    private final Heartbeats heartbeats;
    private final PodCidrs cidrs;
    private final EventRecorder events;
    private final EvictionRates rates = new EvictionRates();
    private final Lock assigning = new ReentrantLock();
    private final TimeSource clock;

    NodeReconciler(ControllerContext context, Heartbeats heartbeats, PodCidrs cidrs) {
        this.nodes = context.informers().of(Node.class).lister();
        this.pods = context.informers().of(Pod.class).index(Informers.BY_NODE, Informers::nodeOf).lister();
        this.writer = context.client().resources(Node.class);
        this.podWriter = context.client().resources(Pod.class);
        this.heartbeats = heartbeats;
        this.cidrs = cidrs;
        this.events = context.events().apply("node-controller");
        this.clock = context.clock();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var node = nodes.get(key);
        if (node == null) {
            return Outcome.DONE;
        }
        var silence = heartbeats.silence(key.name());
        if (silence.compareTo(GRACE) >= 0 && !"Unknown".equals(NodeConditions.readyStatus(node))) {
            node = markUnknown(node);
        }
        assignCidr(node);
        var wait = setTaints(node);
        if (!"True".equals(NodeConditions.readyStatus(node))) {
            markPodsNotReady(key.name());
        }
        var next = GRACE.minus(silence);
        var again = next.isNegative() || next.isZero() ? GRACE : next.plusMillis(100);
        return Outcome.requeueAfter(wait.isZero() || wait.compareTo(again) > 0 ? again : wait);
    }

    private Node markUnknown(Node node) {
        var changed = Json.copy(node);
        var now = Times.format(clock.instant());
        var conditions = new ArrayList<>(changed.getStatus().getConditions());
        conditions.replaceAll(condition -> new NodeConditionBuilder(condition).withStatus("Unknown").withReason("NodeStatusUnknown")
                .withMessage("Kubelet stopped posting node status.").withLastTransitionTime(now).build());
        if (NodeConditions.ready(node) == null) {
            conditions.add(new NodeConditionBuilder().withType("Ready").withStatus("Unknown").withReason("NodeStatusNeverUpdated")
                    .withMessage("Kubelet never posted node status.").withLastTransitionTime(now).build());
        }
        changed.getStatus().setConditions(conditions);
        events.normal(node, "NodeNotReady", "Node " + node.getMetadata().getName() + " status is now: NodeNotReady");
        return writer.updateStatus(changed);
    }

    /// Gives the node a pod range if it has none. The ranges in use come from a quorum read, as the cache may lack ranges that this controller,
    /// or an earlier one, has just given. One worker at a time does this, so no range is given twice.
    private void assignCidr(Node node) {
        if (hasCidr(node)) {
            return;
        }
        assigning.lock();
        try {
            assignFreeCidr(node);
        } finally {
            assigning.unlock();
        }
    }

    private void assignFreeCidr(Node node) {
        var all = writer.list("", ListOptions.all()).items();
        var fresh = all.stream().filter(other -> other.getMetadata().getUid().equals(node.getMetadata().getUid())).findFirst().orElse(null);
        if (fresh == null || hasCidr(fresh)) {
            return;
        }
        var used = all.stream().flatMap(other -> Stream.concat(Stream.ofNullable(other.getSpec().getPodCIDR()), other.getSpec().getPodCIDRs().stream())).toList();
        var cidr = cidrs.free(used);
        if (cidr == null) {
            events.warning(node, "CIDRNotAvailable", "Node " + node.getMetadata().getName() + " status is now: CIDRNotAvailable");
            return;
        }
        writer.patch("", node.getMetadata().getName(), PatchType.STRATEGIC,
                Map.of("metadata", Map.of("uid", node.getMetadata().getUid()), "spec", Map.of("podCIDR", cidr, "podCIDRs", List.of(cidr))));
    }

    private static boolean hasCidr(Node node) {
        return node.getSpec().getPodCIDR() != null && !node.getSpec().getPodCIDR().isEmpty();
    }

    /// Sets the node's taints. Returns how long a `NoExecute` taint has to wait for the eviction rate of its zone; zero if none waits.
    private Duration setTaints(Node node) {
        var wait = Duration.ZERO;
        boolean evicting = false;
        if (!"True".equals(NodeConditions.readyStatus(node))) {
            var all = nodes.list();
            evicting = !EvictionRates.allDisrupted(all);
            if (evicting && lacksEviction(node)) {
                wait = rates.wait(node, all, clock.nanos());
                evicting = wait.isZero();
            }
        }
        boolean withEviction = evicting;
        if (!taints(node, withEviction).equals(node.getSpec().getTaints())) {
            writer.edit(node, fresh -> {
                fresh.getSpec().setTaints(taints(fresh, withEviction));
                return fresh;
            });
        }
        return wait;
    }

    private static boolean lacksEviction(Node node) {
        return NodeConditions.taints(node).stream().filter(NodeReconciler::evicts).anyMatch(wanted ->
                node.getSpec().getTaints().stream().noneMatch(present -> identity(present).equals(identity(wanted))));
    }

    private static boolean evicts(Taint taint) {
        return "NoExecute".equals(taint.getEffect());
    }

    /// Returns the taints that the node should have: this controller's as its state requires, all others as they are.
    ///
    /// @param evicting whether a node that is not ready may have the taint that moves its pods away
    private List<Taint> taints(Node node, boolean evicting) {
        var missing = NodeConditions.taints(node).stream().filter(taint -> evicting || !evicts(taint))
                .collect(Collectors.toMap(NodeReconciler::identity, taint -> taint, (a, b) -> a, LinkedHashMap::new));
        var taints = new ArrayList<Taint>();
        for (var taint : node.getSpec().getTaints()) {
            if (!NodeConditions.isOurs(taint) || missing.remove(identity(taint)) != null) {
                taints.add(taint);
            }
        }
        for (var taint : missing.values()) {
            if (evicts(taint)) {
                taint.setTimeAdded(Times.format(clock.instant()));
            }
            taints.add(taint);
        }
        return taints;
    }

    private static String identity(Taint taint) {
        return taint.getKey() + ":" + taint.getEffect();
    }

    private void markPodsNotReady(String node) {
        var now = Times.format(clock.instant());
        for (var pod : pods.byIndex(Informers.BY_NODE, node)) {
            if (Pods.isReady(pod)) {
                podWriter.patchStatus(pod.getMetadata().getNamespace(), pod.getMetadata().getName(), PatchType.STRATEGIC,
                        Map.of("status", Map.of("conditions", List.of(Map.of("type", "Ready", "status", "False", "lastTransitionTime", now)))));
            }
        }
    }
}
