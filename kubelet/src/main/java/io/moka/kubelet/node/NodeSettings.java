package io.moka.kubelet.node;

import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The node's settings from the command line.
///
/// @param ip returns the node's present address, which may change
/// @param podCidr the range of pod addresses to use if the controllers assign none, or null
public record NodeSettings(String name, Supplier<String> ip, int port, Map<String, String> labels, List<Taint> taints, int maxPods, @Nullable String podCidr) {
}
