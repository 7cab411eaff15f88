package io.moka.controllers.node;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.Informers;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.meta.Times;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// Keeps one node's conditions, taints and pod range in step with what is known of it.
final class NodeReconciler implements Reconciler<ObjectKey> {

    private static final Duration GRACE = Duration.ofSeconds(40);

    private final Lister<Node> nodes;
    private final Lister<Pod> pods;
    private final Resources<Node> writer;
    private final Resources<Pod> podWriter;
    private final Heartbeats heartbeats;
    private final PodCidrs cidrs;
    private final EventRecorder events;
    private final InstantSource clock;

    NodeReconciler(ControllerContext context, Heartbeats heartbeats, PodCidrs cidrs) {
        this.nodes = context.informers().of(Node.class).lister();
        this.pods = context.informers().of(Pod.class).lister();
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
            deletePodsOf(key.name());
            return Outcome.DONE;
        }
        var silence = Duration.between(heartbeats.last(key.name()), clock.instant());
        if (silence.compareTo(GRACE) >= 0 && !"Unknown".equals(NodeConditions.readyStatus(node))) {
            node = markUnknown(node);
        }
        assignCidr(node);
        setTaints(node);
        if (!"True".equals(NodeConditions.readyStatus(node))) {
            markPodsNotReady(key.name());
        }
        var next = GRACE.minus(silence);
        return Outcome.requeueAfter(next.isNegative() || next.isZero() ? GRACE : next.plusMillis(100));
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

    private void assignCidr(Node node) {
        if (node.getSpec().getPodCIDR() != null && !node.getSpec().getPodCIDR().isEmpty()) {
            return;
        }
        var used = nodes.list().stream().map(other -> other.getSpec().getPodCIDR()).filter(Objects::nonNull).toList();
        var cidr = cidrs.free(used);
        if (cidr != null) {
            writer.patch("", node.getMetadata().getName(), PatchType.STRATEGIC, Map.of("spec", Map.of("podCIDR", cidr, "podCIDRs", List.of(cidr))));
        }
    }

    private void setTaints(Node node) {
        if (taints(node).equals(node.getSpec().getTaints())) {
            return;
        }
        writer.edit("", node.getMetadata().getName(), fresh -> {
            fresh.getSpec().setTaints(taints(fresh));
            return fresh;
        });
    }

    /// What the node's taints should be: those of others as they are, and ours as its state has it.
    private List<Taint> taints(Node node) {
        var missing = NodeConditions.taints(node).stream().collect(Collectors.toMap(NodeReconciler::identity, taint -> taint, (a, b) -> a, LinkedHashMap::new));
        var taints = new ArrayList<Taint>();
        for (var taint : node.getSpec().getTaints()) {
            if (!NodeConditions.isOurs(taint) || missing.remove(identity(taint)) != null) {
                taints.add(taint);
            }
        }
        for (var taint : missing.values()) {
            if ("NoExecute".equals(taint.getEffect())) {
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

    /// Nobody else will: their kubelet is gone with the node.
    private void deletePodsOf(String node) {
        for (var pod : pods.byIndex(Informers.BY_NODE, node)) {
            try {
                podWriter.delete(pod.getMetadata().getNamespace(), pod.getMetadata().getName(),
                        new DeleteOptionsBuilder().withGracePeriodSeconds(0L).build());
            } catch (ApiException e) {
                if (!e.isNotFound()) {
                    throw e;
                }
            }
        }
    }
}
