package io.moka.kubelet.hollow;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import io.moka.machinery.informer.EventHandler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The hollow nodes of this process, by their names. The set of nodes never changes.
final class HollowNodes {

    private final Map<String, HollowNode> byName = new LinkedHashMap<>();

    HollowNodes(HollowOptions options, Map<String, String> labels, List<Taint> taints, int maxPods) {
        if (options.nodes < 1) {
            throw new IllegalArgumentException("--nodes must be at least 1");
        }
        var ranges = NodeAddresses.cut(options.podCidr, options.nodes, maxPods);
        for (int i = 0; i < ranges.length; i++) {
            var name = options.prefix + "-" + (i + 1);
            byName.put(name, new HollowNode(name, labels, taints, maxPods, ranges[i]));
        }
    }

    /// Returns the node, or null if it is no node of this process.
    @Nullable HollowNode get(@Nullable String name) {
        return name == null ? null : byName.get(name);
    }

    List<HollowNode> all() {
        return new ArrayList<>(byName.values());
    }

    boolean areAllReady() {
        return byName.values().stream().allMatch(node -> node.isShownReady() || node.isSilent());
    }

    /// Keeps the nodes as the API shows them.
    ///
    /// @param whenSpeaking gets each node that was silent and is no longer
    EventHandler<Node> handler(Consumer<HollowNode> whenSpeaking) {
        return EventHandler.onEvent((before, after) -> {
            var shown = after == null ? before : after;
            var node = shown == null ? null : get(shown.getMetadata().getName());
            if (node != null) {
                boolean wasSilent = node.isSilent();
                node.see(after);
                if (wasSilent && !node.isSilent()) {
                    whenSpeaking.accept(node);
                }
            }
        });
    }
}
