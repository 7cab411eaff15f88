package io.moka.controllers.daemonset;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.moka.controllers.podowner.PodControl;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Functions on the pods of a DaemonSet: creates the pod for a node, finds the node of a pod, and tells whether a pod is of the present template.
///
/// Follows upstream's `daemonset_util.go`.
final class DaemonPods {

    static final String HASH = "controller-revision-hash";
    static final String GENERATION = "pod-template-generation";
    static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

    /// Tolerations of every daemon pod, so that problems of a node do not keep the pod off it.
    private static final List<Toleration> ADDED = List.of(
            tolerate("not-ready", "NoExecute"), tolerate("unreachable", "NoExecute"), tolerate("disk-pressure", "NoSchedule"),
            tolerate("memory-pressure", "NoSchedule"), tolerate("pid-pressure", "NoSchedule"), tolerate("unschedulable", "NoSchedule"));
    private static final Toleration WITHOUT_NETWORK = tolerate("network-unavailable", "NoSchedule");

    /// The order in which the first pod is the one that counts for a node: bound pods before waiting ones, then the oldest.
    static final Comparator<Pod> OLDEST_FIRST = Comparator.comparing((Pod pod) -> boundTo(pod) == null)
            .thenComparing(pod -> pod.getMetadata().getCreationTimestamp(), Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(pod -> pod.getMetadata().getName());

    private DaemonPods() {
    }

    private static Toleration tolerate(String key, String effect) {
        return new TolerationBuilder().withKey("node.kubernetes.io/" + key).withOperator("Exists").withEffect(effect).build();
    }

    /// The tolerations of the template and those that every daemon pod has.
    static List<Toleration> tolerations(PodSpec spec) {
        var tolerations = new ArrayList<>(spec.getTolerations());
        for (var added : ADDED) {
            put(tolerations, added);
        }
        if (Boolean.TRUE.equals(spec.getHostNetwork())) {
            put(tolerations, WITHOUT_NETWORK);
        }
        return tolerations;
    }

    /// A toleration that differs only in how long it holds is replaced.
    private static void put(List<Toleration> tolerations, Toleration added) {
        for (int i = 0; i < tolerations.size(); i++) {
            var present = tolerations.get(i);
            if (added.getKey().equals(present.getKey()) && added.getEffect().equals(present.getEffect()) && added.getOperator().equals(present.getOperator())
                    && (present.getValue() == null || present.getValue().isEmpty())) {
                tolerations.set(i, added);
                return;
            }
        }
        tolerations.add(added);
    }

    /// @param hash of the set's present template
    static Pod pod(DaemonSet set, String hash, String node) {
        var template = set.getSpec().getTemplate();
        var generation = templateGeneration(set);
        return new PodBuilder(PodControl.of(template, set))
                .editMetadata().addToLabels(HASH, hash).addToLabels(generation == null ? Map.of() : Map.of(GENERATION, generation)).endMetadata()
                .editSpec().withAffinity(on(node, template.getSpec().getAffinity())).withTolerations(tolerations(template.getSpec())).endSpec()
                .build();
    }

    /// The affinity with this node as the only one required. The node was chosen by the required terms, so they are replaced.
    private static Affinity on(String node, @Nullable Affinity affinity) {
        var term = new NodeSelectorTermBuilder().addNewMatchField().withKey("metadata.name").withOperator("In").withValues(node).endMatchField().build();
        return (affinity == null ? new AffinityBuilder() : new AffinityBuilder(affinity))
                .editOrNewNodeAffinity().withNewRequiredDuringSchedulingIgnoredDuringExecution().withNodeSelectorTerms(term)
                .endRequiredDuringSchedulingIgnoredDuringExecution().endNodeAffinity().build();
    }

    static @Nullable String boundTo(Pod pod) {
        var node = pod.getSpec().getNodeName();
        return node == null || node.isEmpty() ? null : node;
    }

    /// Returns the node that the pod is bound to, or waits for; null if its affinity names no single node, as the controller then did not create it.
    static @Nullable String nodeOf(Pod pod) {
        var bound = boundTo(pod);
        if (bound != null) {
            return bound;
        }
        var affinity = pod.getSpec().getAffinity() == null ? null : pod.getSpec().getAffinity().getNodeAffinity();
        var required = affinity == null ? null : affinity.getRequiredDuringSchedulingIgnoredDuringExecution();
        return required == null ? null : required.getNodeSelectorTerms().stream().flatMap(term -> term.getMatchFields().stream())
                .filter(field -> "metadata.name".equals(field.getKey()) && "In".equals(field.getOperator()) && field.getValues().size() == 1)
                .map(field -> field.getValues().getFirst()).findFirst().orElse(null);
    }

    static Map<String, List<Pod>> byNode(List<Pod> pods) {
        var byNode = new TreeMap<String, List<Pod>>();
        for (var pod : pods) {
            var node = nodeOf(pod);
            if (node != null) {
                byNode.computeIfAbsent(node, name -> new ArrayList<>()).add(pod);
            }
        }
        return byNode;
    }

    static boolean isUpdated(DaemonSet set, String hash, Pod pod) {
        var labels = pod.getMetadata().getLabels() == null ? Map.<String, String>of() : pod.getMetadata().getLabels();
        var generation = templateGeneration(set);
        return hash.equals(labels.get(HASH)) || generation != null && Objects.equals(generation, labels.get(GENERATION));
    }

    private static @Nullable String templateGeneration(DaemonSet set) {
        var annotations = set.getMetadata().getAnnotations();
        var generation = annotations == null ? null : annotations.get(TEMPLATE_GENERATION);
        return generation != null && generation.matches("-?[0-9]{1,18}") ? generation : null;
    }
}
