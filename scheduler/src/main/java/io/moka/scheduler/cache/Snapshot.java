package io.moka.scheduler.cache;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The state of the nodes during one scheduling cycle. Belongs to the scheduling thread; one cache serves one snapshot.
public final class Snapshot {

    private static final int MOST_SELECTIONS = 1_000;

    // indexOf gives the place of each node in nodes; the others are derived from nodes
    private final List<NodeInfo> nodes = new ArrayList<>();
    private final Map<String, Integer> indexOf = new HashMap<>();
    private final TermIndex requiredAnti = new TermIndex(NodeAffinities::requiredAnti);
    private final TermIndex required = new TermIndex(NodeAffinities::required);
    private final TermIndex preferred = new TermIndex(NodeAffinities::preferred);
    private final LiveCounts liveCounts = new LiveCounts();
    private final Map<String, Integer> nodesByLabel = new HashMap<>();
    private final Map<String, Integer> imageHolders = new HashMap<>();
    private final Map<PodSelection, PodSelection> selections = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PodSelection, PodSelection> eldest) {
            return size() > MOST_SELECTIONS;
        }
    };
    private Map<String, List<PodInfo>> nominated = Map.of();

    public List<NodeInfo> nodes() {
        return nodes;
    }

    /// The index of a node in [#nodes()]; -1 if there is no such node.
    public int place(String name) {
        return indexOf.getOrDefault(name, -1);
    }

    public @Nullable NodeInfo node(String name) {
        var index = indexOf.get(name);
        return index == null ? null : nodes.get(index);
    }

    /// The required anti-affinity of the pods on the nodes.
    public TermIndex requiredAnti() {
        return requiredAnti;
    }

    /// The required affinity of the pods on the nodes.
    public TermIndex required() {
        return required;
    }

    /// The soft affinity and anti-affinity of the pods on the nodes.
    public TermIndex preferred() {
        return preferred;
    }

    /// Returns the number of nodes that have the image.
    public int imageHolders(String image) {
        return imageHolders.getOrDefault(image, 0);
    }

    /// The pods without a node for which preemption makes room on this node.
    public List<PodInfo> nominated(String node) {
        return nominated.getOrDefault(node, List.of());
    }

    /// Whether no node has a nominated pod.
    public boolean hasNoNominations() {
        return nominated.isEmpty();
    }

    /// An equal selection, the same object each time: nodes remember their counts by it.
    public PodSelection shared(PodSelection selection) {
        var known = selections.putIfAbsent(selection, selection);
        return known == null ? selection : known;
    }

    /// The pods that a selection means, counted by the domains of a topology key over all nodes. Costs as much as has changed since it was last asked for.
    /// Not to be changed, and valid for this cycle.
    ///
    /// @param selection one that [#shared] has returned
    /// @param everyDomain whether domains without such pods exist too
    public DomainCounts counts(PodSelection selection, String topologyKey, boolean everyDomain) {
        return liveCounts.of(selection, topologyKey, everyDomain, nodes);
    }

    /// Whether every node has a label with this key.
    public boolean isOnEveryNode(String labelKey) {
        return nodesByLabel.getOrDefault(labelKey, 0) == nodes.size();
    }

    void nominated(Map<String, List<PodInfo>> newNominated) {
        nominated = newNominated;
    }

    void set(String name, @Nullable NodeInfo info) {
        var index = indexOf.get(name);
        var before = index == null ? null : nodes.get(index);
        if (info == null) {
            if (index != null) {
                remove(name, index);
            }
        } else if (index == null) {
            indexOf.put(name, nodes.size());
            nodes.add(info);
        } else {
            nodes.set(index, info);
        }
        derive(before, info);
    }

    private void derive(@Nullable NodeInfo before, @Nullable NodeInfo after) {
        liveCounts.replaced(before, after);
        if (before == null || after == null || before.labels() != after.labels()) {
            countLabels(before, after);
        }
        if (before == null || after == null || before.affinities() != after.affinities()) {
            for (var index : List.of(requiredAnti, required, preferred)) {
                if (before != null) {
                    index.remove(before);
                }
                if (after != null) {
                    index.add(after);
                }
            }
        }
        if (before != null && after != null && before.imageBytes() == after.imageBytes()) {
            return;
        }
        if (before != null) {
            before.imageBytes().keySet().forEach(image -> imageHolders.computeIfPresent(image, (i, holders) -> holders == 1 ? null : holders - 1));
        }
        if (after != null) {
            after.imageBytes().keySet().forEach(image -> imageHolders.merge(image, 1, Integer::sum));
        }
    }

    private void countLabels(@Nullable NodeInfo before, @Nullable NodeInfo after) {
        if (before != null) {
            before.labels().keySet().forEach(key -> nodesByLabel.computeIfPresent(key, (k, holders) -> holders == 1 ? null : holders - 1));
        }
        if (after != null) {
            after.labels().keySet().forEach(key -> nodesByLabel.merge(key, 1, Integer::sum));
        }
    }

    private void remove(String name, int index) {
        indexOf.remove(name);
        var last = nodes.removeLast();
        if (index < nodes.size()) {
            nodes.set(index, last);
            indexOf.put(last.name(), index);
        }
    }
}
