package io.moka.scheduler.cache;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A pod's affinity and anti-affinity to other pods, parsed.
///
/// @param preferred soft terms; the terms of the anti-affinity have a negative weight
public record PodAffinities(List<AffinityTerm> required, List<AffinityTerm> requiredAnti, List<Weighted> preferred) {

    /// @param weight 1 to 100, or -100 to -1
    public record Weighted(AffinityTerm term, long weight) {
    }

    public static final PodAffinities NONE = new PodAffinities(List.of(), List.of(), List.of());

    static PodAffinities of(Pod pod) {
        var affinity = pod.getSpec().getAffinity();
        if (affinity == null || (affinity.getPodAffinity() == null && affinity.getPodAntiAffinity() == null)) {
            return NONE;
        }
        var near = affinity.getPodAffinity();
        var apart = affinity.getPodAntiAffinity();
        var preferred = new ArrayList<Weighted>();
        addWeighted(preferred, pod, near == null ? null : near.getPreferredDuringSchedulingIgnoredDuringExecution(), 1);
        addWeighted(preferred, pod, apart == null ? null : apart.getPreferredDuringSchedulingIgnoredDuringExecution(), -1);
        return new PodAffinities(terms(pod, near == null ? null : near.getRequiredDuringSchedulingIgnoredDuringExecution()),
                terms(pod, apart == null ? null : apart.getRequiredDuringSchedulingIgnoredDuringExecution()), List.copyOf(preferred));
    }

    public boolean isNone() {
        return required.isEmpty() && requiredAnti.isEmpty() && preferred.isEmpty();
    }

    private static List<AffinityTerm> terms(Pod pod, @Nullable List<PodAffinityTerm> terms) {
        return terms == null ? List.of() : terms.stream().map(term -> term(pod, term)).toList();
    }

    private static void addWeighted(List<Weighted> all, Pod pod, @Nullable List<WeightedPodAffinityTerm> terms, int sign) {
        if (terms != null) {
            terms.forEach(term -> all.add(new Weighted(term(pod, term.getPodAffinityTerm()), (long) sign * term.getWeight())));
        }
    }

    private static AffinityTerm term(Pod pod, PodAffinityTerm term) {
        return AffinityTerm.of(term, pod.getMetadata().getNamespace(), pod.getMetadata().getLabels());
    }
}
