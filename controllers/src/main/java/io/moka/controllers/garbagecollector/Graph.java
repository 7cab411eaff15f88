package io.moka.controllers.garbagecollector;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Holds all objects by uid, and the dependents of each. Announces the uids that should be reconciled.
final class Graph {

    private final Consumer<String> attention;

    // guarded by this: dependents holds uid → the uids of those that name it as an owner
    private final Map<String, GraphNode> nodes = new HashMap<>();
    private final Map<String, Set<String>> dependents = new HashMap<>();

    /// @param attention gets the uid of each object whose fate may have changed
    Graph(Consumer<String> attention) {
        this.attention = attention;
    }

    synchronized void put(GraphNode node) {
        unlink(nodes.put(node.uid(), node));
        node.owners().forEach(owner -> dependents.computeIfAbsent(owner.getUid(), uid -> new HashSet<>()).add(node.uid()));
        if (!node.owners().isEmpty() || node.deleting()) {
            attention.accept(node.uid());
        }
        if (node.waitsForDependents()) {
            dependentUids(node.uid()).forEach(attention);
        }
        node.owners().forEach(owner -> {
            var known = nodes.get(owner.getUid());
            if (known != null && known.deleting()) {
                attention.accept(owner.getUid());
            }
        });
    }

    synchronized void remove(String uid) {
        var gone = nodes.remove(uid);
        unlink(gone);
        dependentUids(uid).forEach(attention);
        if (gone != null) {
            gone.owners().forEach(owner -> attention.accept(owner.getUid()));
        }
    }

    private void unlink(@Nullable GraphNode node) {
        if (node == null) {
            return;
        }
        for (var owner : node.owners()) {
            var siblings = dependents.get(owner.getUid());
            if (siblings != null && siblings.remove(node.uid()) && siblings.isEmpty()) {
                dependents.remove(owner.getUid());
            }
        }
    }

    synchronized @Nullable GraphNode get(String uid) {
        return nodes.get(uid);
    }

    synchronized List<GraphNode> dependentsOf(String uid) {
        return dependentUids(uid).stream().map(nodes::get).filter(node -> node != null).toList();
    }

    private Collection<String> dependentUids(String uid) {
        return List.copyOf(dependents.getOrDefault(uid, Set.of()));
    }
}
