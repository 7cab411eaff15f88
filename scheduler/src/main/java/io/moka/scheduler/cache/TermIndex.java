package io.moka.scheduler.cache;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;

/// The affinity terms of all pods, of one kind, with the nodes of these pods; equal terms are merged. A pod is compared with each distinct term, not with each
/// pod. Terms are distinguished by identity: equal terms are the same object, except for rare ones, which then cost one more comparison.
public final class TermIndex {

    /// @param labels the node's labels
    /// @param amount the number of pods on the node with the term, or the sum of its weights
    public record Holder(Map<String, String> labels, long amount) {
    }

    /// Gets each matching term of one node.
    public interface Visitor {
        void visit(AffinityTerm term, Holder holder);
    }

    private final Function<NodeAffinities, List<NodeAffinities.Sum>> kind;
    private final Map<AffinityTerm, Held> terms = new IdentityHashMap<>();

    /// @param domains the amounts by domain of the term's topology key
    private record Held(Map<String, Holder> nodes, DomainCounts domains) {
    }

    TermIndex(Function<NodeAffinities, List<NodeAffinities.Sum>> kind) {
        this.kind = kind;
    }

    void remove(NodeInfo node) {
        for (var sum : kind.apply(node.affinities())) {
            terms.computeIfPresent(sum.term(), (term, held) -> {
                held.nodes.remove(node.name());
                count(term, held, node, -sum.amount());
                return held.nodes.isEmpty() ? null : held;
            });
        }
    }

    void add(NodeInfo node) {
        for (var sum : kind.apply(node.affinities())) {
            var held = terms.computeIfAbsent(sum.term(), term -> new Held(new HashMap<>(), new DomainCounts()));
            held.nodes.put(node.name(), new Holder(node.labels(), sum.amount()));
            count(sum.term(), held, node, sum.amount());
        }
    }

    private static void count(AffinityTerm term, Held held, NodeInfo node, long by) {
        var domain = node.labels().get(term.topologyKey());
        if (domain != null) {
            held.domains.addOccupied(domain, by);
        }
    }

    /// Visits the nodes of each term that passes.
    public void visit(Predicate<AffinityTerm> matches, Visitor visitor) {
        terms.forEach((term, held) -> {
            if (matches.test(term)) {
                held.nodes.values().forEach(holder -> visitor.visit(term, holder));
            }
        });
    }

    /// Visits the terms that pass, with their amounts by domain, which are not to be changed and valid for this cycle.
    public void visitDomains(Predicate<AffinityTerm> matches, BiConsumer<AffinityTerm, DomainCounts> visitor) {
        terms.forEach((term, held) -> {
            if (matches.test(term)) {
                visitor.accept(term, held.domains);
            }
        });
    }
}
