package io.moka.scheduler.topology;

import io.moka.scheduler.cache.DomainCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Counts of pods by topology key and domain; a key may have several counts, which are added up.
public final class TopologyCounts {

    private record Part(String key, DomainCounts counts) {
    }

    private final List<Part> parts = new ArrayList<>(2);

    /// Adds to the domain that these node labels name; without the label nothing is counted.
    public void add(String topologyKey, Map<String, String> nodeLabels, long count) {
        var domain = nodeLabels.get(topologyKey);
        if (domain != null && count != 0) {
            of(topologyKey).add(domain, count);
        }
    }

    private DomainCounts of(String topologyKey) {
        for (var part : parts) {
            if (part.key.equals(topologyKey)) {
                return part.counts;
            }
        }
        var counts = new DomainCounts();
        parts.add(new Part(topologyKey, counts));
        return counts;
    }

    /// Takes in counts that others keep. From then on a [#copy] may be changed, this object may not.
    public void include(String topologyKey, DomainCounts counts) {
        if (counts.domains() > 0) {
            parts.add(new Part(topologyKey, counts));
        }
    }

    /// The count of the domain that these node labels name.
    public long get(String topologyKey, Map<String, String> nodeLabels) {
        long sum = 0;
        for (var part : parts) {
            if (part.key.equals(topologyKey)) {
                sum += in(part, nodeLabels);
            }
        }
        return sum;
    }

    /// The sum of the counts of all domains that these node labels name.
    public long sum(Map<String, String> nodeLabels) {
        long sum = 0;
        for (int i = 0; i < parts.size(); i++) {
            sum += in(parts.get(i), nodeLabels);
        }
        return sum;
    }

    private static long in(Part part, Map<String, String> nodeLabels) {
        var domain = nodeLabels.get(part.key);
        return domain == null ? 0 : part.counts.get(domain);
    }

    /// The topology keys under which anything was counted.
    public List<String> keys() {
        return parts.stream().map(Part::key).distinct().toList();
    }

    /// Whether nothing was counted, not even 0.
    public boolean hasNoKeys() {
        return parts.isEmpty();
    }

    /// Whether no pod is counted.
    public boolean isEmpty() {
        return parts.stream().allMatch(part -> part.counts.total() == 0);
    }

    public TopologyCounts copy() {
        var copy = new TopologyCounts();
        parts.forEach(part -> copy.parts.add(new Part(part.key, part.counts.copy())));
        return copy;
    }
}
