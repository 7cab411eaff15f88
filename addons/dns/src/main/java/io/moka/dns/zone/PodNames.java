package io.moka.dns.zone;

import io.moka.dns.zone.Reason.Rule;
import java.util.List;

/// Resolves the names below `pod.<zone>`: an address with dashes and a namespace, which exists while a pod of the namespace has the address.
final class PodNames {

    private final ClusterView cluster;

    PodNames(ClusterView cluster) {
        this.cluster = cluster;
    }

    /// @param labels the name's labels before `pod`, the namespace last; in lower case
    Subject subject(List<String> labels) {
        return switch (labels.size()) {
            case 0 -> new Subject.Empty(Reason.of(Rule.SUBTREE));
            case 1 -> Zone.ofNamespace(cluster, labels.getFirst());
            case 2 -> pod(labels.get(1), labels.get(0));
            default -> new Subject.Missing(Reason.of(Rule.NO_SUCH_FORM));
        };
    }

    private Subject pod(String namespace, String label) {
        var address = Addresses.undashed(label);
        if (address == null) {
            return new Subject.Missing(Reason.of(Rule.NO_SUCH_FORM));
        }
        var text = address.getHostAddress();
        return cluster.podsAt(text).stream().filter(pod -> namespace.equals(pod.getMetadata().getNamespace())).findFirst()
                .<Subject>map(pod -> new Subject.Hosts(List.of(text), new Reason(Rule.POD, pod)))
                .orElseGet(() -> new Subject.Missing(Reason.of(cluster.hasNamespace(namespace) ? Rule.NO_POD : Rule.NO_NAMESPACE)));
    }
}
