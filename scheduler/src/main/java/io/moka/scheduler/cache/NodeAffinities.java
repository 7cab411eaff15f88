package io.moka.scheduler.cache;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// The affinity terms of all pods on a node, with equal terms merged: a thousand replicas with the same anti-affinity cost one comparison.
///
/// @param requiredAnti terms that keep other pods away, with the number of pods that have them
/// @param required terms with the number of pods that have them
/// @param preferred soft terms with the sum of their weights
public record NodeAffinities(List<Sum> requiredAnti, List<Sum> required, List<Sum> preferred) {

    public record Sum(AffinityTerm term, long amount) {
    }

    static final NodeAffinities NONE = new NodeAffinities(List.of(), List.of(), List.of());

    static NodeAffinities of(List<PodInfo> pods) {
        if (pods.stream().allMatch(pod -> pod.affinities().isNone())) {
            return NONE;
        }
        var requiredAnti = new IdentityHashMap<AffinityTerm, Long>(4);
        var required = new IdentityHashMap<AffinityTerm, Long>(4);
        var preferred = new IdentityHashMap<AffinityTerm, Long>(4);
        for (var pod : pods) {
            var affinities = pod.affinities();
            if (!affinities.isNone()) {
                affinities.requiredAnti().forEach(term -> requiredAnti.merge(term, 1L, Long::sum));
                affinities.required().forEach(term -> required.merge(term, 1L, Long::sum));
                affinities.preferred().forEach(weighted -> preferred.merge(weighted.term(), weighted.weight(), Long::sum));
            }
        }
        return requiredAnti.isEmpty() && required.isEmpty() && preferred.isEmpty() ? NONE : new NodeAffinities(sums(requiredAnti), sums(required), sums(preferred));
    }

    private static List<Sum> sums(Map<AffinityTerm, Long> amounts) {
        return amounts.entrySet().stream().map(e -> new Sum(e.getKey(), e.getValue())).toList();
    }
}
