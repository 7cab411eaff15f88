package io.moka.scheduler.cache;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import io.moka.machinery.meta.Quantities;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A node and the pods on it, with their sums. Never changes.
///
/// @param requested what its pods ask for
/// @param weight what its pods ask for as scoring counts it
/// @param imageBytes size of each image that is present, by every name it has
public record NodeInfo(Node node, String name, Map<String, String> labels, List<Taint> taints, ResourceAmounts allocatable, long allocatablePods,
        Map<String, Long> imageBytes, List<PodInfo> pods, ResourceAmounts requested, ResourceAmounts weight) {

    static NodeInfo of(Node node, List<PodInfo> pods) {
        var allocatable = node.getStatus() == null ? null : node.getStatus().getAllocatable();
        var labels = node.getMetadata().getLabels();
        var requested = ResourceAmounts.NONE;
        var weight = ResourceAmounts.NONE;
        for (var pod : pods) {
            requested = requested.plus(pod.requests());
            weight = weight.plus(pod.weight());
        }
        return new NodeInfo(node, node.getMetadata().getName(), labels == null ? Map.of() : labels, node.getSpec() == null ? List.of() : node.getSpec().getTaints(),
                ResourceAmounts.of(allocatable), allocatable == null ? 0 : Quantities.value(allocatable.get("pods")), images(node), List.copyOf(pods), requested, weight);
    }

    NodeInfo with(PodInfo pod) {
        return withPods(Stream.concat(pods.stream(), Stream.of(pod)).toList(), requested.plus(pod.requests()), weight.plus(pod.weight()));
    }

    NodeInfo without(PodInfo pod) {
        return withPods(pods.stream().filter(other -> !other.uid().equals(pod.uid())).toList(), requested.minus(pod.requests()), weight.minus(pod.weight()));
    }

    private NodeInfo withPods(List<PodInfo> changed, ResourceAmounts newRequested, ResourceAmounts newWeight) {
        return new NodeInfo(node, name, labels, taints, allocatable, allocatablePods, imageBytes, changed, newRequested, newWeight);
    }

    private static Map<String, Long> images(Node node) {
        var images = new HashMap<String, Long>();
        if (node.getStatus() != null) {
            for (var image : node.getStatus().getImages()) {
                long size = image.getSizeBytes() == null ? 0 : image.getSizeBytes();
                image.getNames().forEach(name -> images.put(name, size));
            }
        }
        return images;
    }
}
