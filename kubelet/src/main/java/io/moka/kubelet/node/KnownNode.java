package io.moka.kubelet.node;

import io.fabric8.kubernetes.api.model.Node;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The node's object in the API as this kubelet last saw it, for the parts that need the node's labels or pod addresses. Safe for any number of threads.
public final class KnownNode {

    private final NodeSettings settings;
    private volatile @Nullable Node node;

    public KnownNode(NodeSettings settings) {
        this.settings = settings;
    }

    NodeSettings settings() {
        return settings;
    }

    /// Returns null before the node is registered and after its object was deleted.
    @Nullable Node get() {
        return node;
    }

    void set(@Nullable Node seen) {
        node = seen;
    }

    /// The range of this node's pod addresses, or null while it is not known.
    public @Nullable String podCidr() {
        var known = node;
        var assigned = known == null || known.getSpec() == null ? null : known.getSpec().getPodCIDR();
        return assigned == null || assigned.isEmpty() ? settings.podCidr() : assigned;
    }

    public Map<String, String> labels() {
        var known = node;
        return known == null || known.getMetadata().getLabels() == null ? ownLabels() : known.getMetadata().getLabels();
    }

    /// The labels that the kubelet itself gives the node.
    Map<String, String> ownLabels() {
        var labels = new HashMap<>(settings.labels());
        labels.put("kubernetes.io/hostname", settings.name());
        labels.put("kubernetes.io/os", "linux");
        labels.put("kubernetes.io/arch", Machine.architecture());
        labels.put("beta.kubernetes.io/os", "linux");
        labels.put("beta.kubernetes.io/arch", Machine.architecture());
        return labels;
    }
}
