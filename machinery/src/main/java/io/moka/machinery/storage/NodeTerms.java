package io.moka.machinery.storage;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.moka.machinery.meta.LabelSelector;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// Tells whether a node can reach a volume, by the volume's `nodeAffinity` and the node's labels and name.
public final class NodeTerms {

    private NodeTerms() {
    }

    public static boolean reaches(PersistentVolume volume, Node node) {
        return reaches(volume, node.getMetadata().getName(), node.getMetadata().getLabels());
    }

    /// Every node reaches a volume without affinity. A term without requirements, or with an invalid one, matches no node.
    public static boolean reaches(PersistentVolume volume, String name, @Nullable Map<String, String> labels) {
        var affinity = volume.getSpec().getNodeAffinity();
        if (affinity == null || affinity.getRequired() == null) {
            return true;
        }
        var present = labels == null ? Map.<String, String>of() : labels;
        return affinity.getRequired().getNodeSelectorTerms().stream().anyMatch(term -> matches(term, name, present));
    }

    private static boolean matches(NodeSelectorTerm term, String name, Map<String, String> labels) {
        if (term.getMatchExpressions().isEmpty() && term.getMatchFields().isEmpty()) {
            return false;
        }
        return all(term.getMatchExpressions(), labels) && all(term.getMatchFields(), Map.of("metadata.name", name));
    }

    private static boolean all(List<NodeSelectorRequirement> requirements, Map<String, String> values) {
        try {
            return requirements.stream().allMatch(one -> LabelSelector.requirement(one.getKey(), one.getOperator(), one.getValues()).matches(values));
        } catch (IllegalArgumentException | NoSuchElementException e) {
            return false;
        }
    }
}
