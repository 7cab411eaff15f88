package io.moka.scheduler.topology;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.Requirement;
import io.moka.scheduler.cache.NodeInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One term of a node affinity, compiled: all of its expressions must hold. An empty term matches no node.
public final class NodeSelection {

    private final List<Requirement> labels;
    private final List<Requirement> fields;

    private NodeSelection(List<Requirement> labels, List<Requirement> fields) {
        this.labels = labels;
        this.fields = fields;
    }

    public static NodeSelection of(NodeSelectorTerm term) {
        return new NodeSelection(compile(term.getMatchExpressions()), compile(term.getMatchFields()));
    }

    private static List<Requirement> compile(List<NodeSelectorRequirement> expressions) {
        return expressions.stream().map(e -> LabelSelector.requirement(e.getKey(), e.getOperator(), e.getValues())).toList();
    }

    public boolean matches(NodeInfo node) {
        if (labels.isEmpty() && fields.isEmpty()) {
            return false;
        }
        return labels.stream().allMatch(requirement -> requirement.matches(node.labels()))
                && fields.stream().allMatch(requirement -> requirement.matches(Map.of("metadata.name", node.name())));
    }

    /// The expressions that do not hold, each with what the node has instead.
    public List<String> unmet(NodeInfo node) {
        var unmet = new ArrayList<>(unmet(labels, node.labels()));
        unmet.addAll(unmet(fields, Map.of("metadata.name", node.name())));
        return unmet;
    }

    static List<String> unmet(List<Requirement> requirements, Map<String, String> values) {
        return requirements.stream().filter(requirement -> !requirement.matches(values)).map(requirement -> requirement + instead(requirement, values)).toList();
    }

    private static String instead(Requirement requirement, Map<String, String> values) {
        var key = switch (requirement) {
            case Requirement.In in -> in.key();
            case Requirement.NotIn notIn -> notIn.key();
            case Requirement.Exists exists -> exists.key();
            case Requirement.DoesNotExist absent -> absent.key();
            case Requirement.GreaterThan greater -> greater.key();
            case Requirement.LessThan less -> less.key();
        };
        return values.containsKey(key) ? " (has " + values.get(key) + ")" : " (has no " + key + ")";
    }

    /// The names of the only nodes that this term can match, or null if it does not name nodes.
    public @Nullable Set<String> nodeNames() {
        Set<String> names = null;
        for (var field : fields) {
            if (field instanceof Requirement.In(var key, var values) && key.equals("metadata.name")) {
                if (names == null) {
                    names = new HashSet<>(values);
                } else {
                    names.retainAll(values);
                }
            }
        }
        return names;
    }
}
