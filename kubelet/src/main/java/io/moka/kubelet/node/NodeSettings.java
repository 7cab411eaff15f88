package io.moka.kubelet.node;

import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the command line says of the node.
///
/// @param podCidr the range of pod addresses, where the controllers set none
public record NodeSettings(String name, String ip, int port, Map<String, String> labels, List<Taint> taints, int maxPods, @Nullable String podCidr) {
}
