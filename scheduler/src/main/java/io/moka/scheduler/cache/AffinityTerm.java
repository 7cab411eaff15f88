package io.moka.scheduler.cache;

import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One term of a pod's affinity or anti-affinity to other pods, compiled. Equal terms are the same object, as long as there are few of them.
///
/// @param namespaces the namespaces that are named; the pod's own if the term says nothing about namespaces
/// @param namespaceSelector further namespaces by their labels, or null
public record AffinityTerm(Set<String> namespaces, @Nullable LabelSelector namespaceSelector, LabelSelector selector, String topologyKey) {

    private static final int MOST_SHARED = 10_000;
    private static final Map<AffinityTerm, AffinityTerm> SHARED = new ConcurrentHashMap<>();

    static AffinityTerm of(PodAffinityTerm term, String namespace, @Nullable Map<String, String> podLabels) {
        var byLabels = term.getNamespaceSelector() == null ? null : LabelSelector.of(term.getNamespaceSelector());
        var named = term.getNamespaces().isEmpty() && byLabels == null ? Set.of(namespace) : Set.copyOf(term.getNamespaces());
        var compiled = new AffinityTerm(named, byLabels, selector(term.getLabelSelector(), podLabels, term.getMatchLabelKeys(), term.getMismatchLabelKeys()),
                term.getTopologyKey());
        if (SHARED.size() >= MOST_SHARED) {
            SHARED.clear();
        }
        return SHARED.computeIfAbsent(compiled, Function.identity());
    }

    /// A selector that is narrowed by labels of the pod that carries it. Without a selector nothing matches.
    ///
    /// @param same keys of which others must have the pod's own value; a key that the pod lacks is left out
    /// @param different keys of which others must have another value
    public static LabelSelector selector(io.fabric8.kubernetes.api.model.@Nullable LabelSelector selector, @Nullable Map<String, String> podLabels,
            List<String> same, List<String> different) {
        if (selector == null) {
            return LabelSelector.nothing();
        }
        var requirements = new ArrayList<Requirement>(LabelSelector.of(selector).requirements());
        var own = podLabels == null ? Map.<String, String>of() : podLabels;
        for (var key : same) {
            if (own.containsKey(key)) {
                requirements.add(new Requirement.In(key, Set.of(own.get(key))));
            }
        }
        for (var key : different) {
            if (own.containsKey(key)) {
                requirements.add(new Requirement.NotIn(key, Set.of(own.get(key))));
            }
        }
        return new LabelSelector(List.copyOf(requirements));
    }

    /// @param namespaceLabels the labels of a namespace by its name
    public boolean matches(PodInfo pod, Function<String, Map<String, String>> namespaceLabels) {
        var namespace = pod.key().namespace();
        return selector.matches(pod.labels())
                && (namespaces.contains(namespace) || (namespaceSelector != null && namespaceSelector.matches(namespaceLabels.apply(namespace))));
    }
}
