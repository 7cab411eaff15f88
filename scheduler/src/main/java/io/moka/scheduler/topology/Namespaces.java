package io.moka.scheduler.topology;

import io.fabric8.kubernetes.api.model.Namespace;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.LabelSelector;
import io.moka.scheduler.cache.AffinityTerm;
import io.moka.scheduler.cache.PodSelection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Finds the labels of namespaces, and namespaces by their labels.
public interface Namespaces {

    /// Returns the labels; empty for an unknown namespace.
    Map<String, String> labels(String namespace);

    Set<String> matching(LabelSelector selector);

    static Namespaces of(Lister<Namespace> lister) {
        return new Namespaces() {
            @Override
            public Map<String, String> labels(String namespace) {
                var known = lister.get("", namespace);
                return known == null || known.getMetadata().getLabels() == null ? Map.of() : known.getMetadata().getLabels();
            }

            @Override
            public Set<String> matching(LabelSelector selector) {
                var names = new HashSet<String>();
                for (var namespace : lister.list()) {
                    if (selector.matches(namespace.getMetadata().getLabels())) {
                        names.add(namespace.getMetadata().getName());
                    }
                }
                return names;
            }
        };
    }

    /// The pods that a term means, its namespaces found by their labels now.
    default PodSelection.Part part(AffinityTerm term) {
        var bySelector = term.namespaceSelector();
        if (bySelector == null) {
            return new PodSelection.Part(term.namespaces(), term.selector());
        }
        var all = new HashSet<>(term.namespaces());
        all.addAll(matching(bySelector));
        return new PodSelection.Part(all, term.selector());
    }
}
