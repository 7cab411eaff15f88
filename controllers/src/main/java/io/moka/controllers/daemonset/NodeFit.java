package io.moka.controllers.daemonset;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.Requirement;
import io.moka.machinery.meta.Tolerations;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Decides whether a set's pod should run on a node, by name, selector, required affinity and taints.
///
/// Follows upstream's `NodeShouldRunDaemonPod`.
final class NodeFit {

    /// The answer for one node.
    enum Fit {
        /// No pod of the set may be here.
        NO,
        /// A pod that is here may stay, but none is started: the node has a `NoSchedule` taint that the pod does not tolerate.
        STAY,
        /// A pod should be here.
        RUN
    }

    /// One alternative of the required affinity, by labels and by `metadata.name`.
    private record Term(List<Requirement> labels, List<Requirement> fields) {

        private boolean matches(String name, Map<String, String> labels) {
            return this.labels.stream().allMatch(requirement -> requirement.matches(labels))
                    && (fields.isEmpty() || fields.stream().allMatch(requirement -> requirement.matches(Map.of("metadata.name", name))));
        }
    }

    private final @Nullable String nodeName;
    private final LabelSelector selector;
    // null where no affinity is required
    private final @Nullable List<Term> terms;
    private final List<Toleration> tolerations;

    NodeFit(DaemonSet set) {
        var spec = set.getSpec().getTemplate().getSpec();
        var affinity = spec.getAffinity() == null ? null : spec.getAffinity().getNodeAffinity();
        var required = affinity == null ? null : affinity.getRequiredDuringSchedulingIgnoredDuringExecution();
        this.nodeName = spec.getNodeName();
        this.selector = LabelSelector.ofLabels(spec.getNodeSelector());
        this.terms = required == null ? null : required.getNodeSelectorTerms().stream().flatMap(NodeFit::term).toList();
        this.tolerations = DaemonPods.tolerations(spec);
    }

    /// An empty term matches no node, and neither does one with a requirement that makes no sense.
    private static Stream<Term> term(NodeSelectorTerm term) {
        if (term.getMatchExpressions().isEmpty() && term.getMatchFields().isEmpty()) {
            return Stream.empty();
        }
        try {
            return Stream.of(new Term(requirements(term.getMatchExpressions()), requirements(term.getMatchFields())));
        } catch (IllegalArgumentException | NoSuchElementException e) {
            return Stream.empty();
        }
    }

    private static List<Requirement> requirements(List<NodeSelectorRequirement> wanted) {
        return wanted.stream().map(one -> LabelSelector.requirement(one.getKey(), one.getOperator(), one.getValues())).toList();
    }

    Fit of(Node node) {
        if (!isChosen(node)) {
            return Fit.NO;
        }
        if (node.getSpec() == null) {
            return Fit.RUN;
        }
        var fit = Fit.RUN;
        for (var taint : node.getSpec().getTaints()) {
            boolean matters = "NoExecute".equals(taint.getEffect()) || "NoSchedule".equals(taint.getEffect());
            if (matters && !Tolerations.tolerate(tolerations, taint)) {
                if ("NoExecute".equals(taint.getEffect())) {
                    return Fit.NO;
                }
                fit = Fit.STAY;
            }
        }
        return fit;
    }

    private boolean isChosen(Node node) {
        var name = node.getMetadata().getName();
        if (!isEmpty(nodeName) && !nodeName.equals(name)) {
            return false;
        }
        var labels = node.getMetadata().getLabels() == null ? Map.<String, String>of() : node.getMetadata().getLabels();
        return selector.matches(labels) && (terms == null || terms.stream().anyMatch(term -> term.matches(name, labels)));
    }

    private static boolean isEmpty(@Nullable String value) {
        return value == null || value.isEmpty();
    }
}
