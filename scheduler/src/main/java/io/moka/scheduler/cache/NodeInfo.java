package io.moka.scheduler.cache;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import io.moka.machinery.meta.Quantities;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A node and the pods on it, with the sums of their requests. Immutable, except for the cached numbers in `counts`.
///
/// @param requested the sum of its pods' requests
/// @param weight the sum of its pods' requests as scoring counts them
/// @param imageBytes size of each image that is present, by every name it has
/// @param hostPorts the ports of all its pods
/// @param version a number that is different for each state of any node
public record NodeInfo(Node node, String name, Map<String, String> labels, List<Taint> taints, ResourceAmounts allocatable, long allocatablePods,
        Map<String, Long> imageBytes, List<PodInfo> pods, ResourceAmounts requested, ResourceAmounts weight, List<HostPort> hostPorts,
        NodeAffinities affinities, PodCounts counts, long version) {

    private static final AtomicLong VERSIONS = new AtomicLong();

    static NodeInfo of(Node node, List<PodInfo> pods) {
        var allocatable = node.getStatus() == null ? null : node.getStatus().getAllocatable();
        var labels = node.getMetadata().getLabels();
        var requested = ResourceAmounts.NONE;
        var weight = ResourceAmounts.NONE;
        for (var pod : pods) {
            requested = requested.plus(pod.requests());
            weight = weight.plus(pod.weight());
        }
        return new NodeInfo(node, node.getMetadata().getName(), shared(labels), node.getSpec() == null ? List.of() : node.getSpec().getTaints(),
                ResourceAmounts.of(allocatable), allocatable == null ? 0 : Quantities.value(allocatable.get("pods")), images(node), List.copyOf(pods), requested, weight,
                ports(pods), NodeAffinities.of(pods), new PodCounts(), VERSIONS.incrementAndGet());
    }

    /// The same node with one more pod.
    public NodeInfo with(PodInfo pod) {
        return withPods(pod, Stream.concat(pods.stream(), Stream.of(pod)).toList(), requested.plus(pod.requests()), weight.plus(pod.weight()));
    }

    /// The same node without the pod.
    public NodeInfo without(PodInfo pod) {
        return withPods(pod, pods.stream().filter(other -> !other.uid().equals(pod.uid())).toList(), requested.minus(pod.requests()), weight.minus(pod.weight()));
    }

    private NodeInfo withPods(PodInfo difference, List<PodInfo> changed, ResourceAmounts newRequested, ResourceAmounts newWeight) {
        return new NodeInfo(node, name, labels, taints, allocatable, allocatablePods, imageBytes, changed, newRequested, newWeight,
                difference.hostPorts().isEmpty() ? hostPorts : ports(changed), difference.affinities().isNone() ? affinities : NodeAffinities.of(changed), new PodCounts(),
                VERSIONS.incrementAndGet());
    }

    /// The same node, which remembers its counts for itself.
    NodeInfo forAnotherThread() {
        return new NodeInfo(node, name, labels, taints, allocatable, allocatablePods, imageBytes, pods, requested, weight, hostPorts, affinities, new PodCounts(),
                version);
    }

    /// Returns the number of pods on the node that match. Only for the scheduling thread.
    public int count(PodSelection selection) {
        return pods.isEmpty() ? 0 : counts.of(selection, pods);
    }

    /// Labels whose equal texts are one object on all nodes: looking up a domain then compares no characters.
    private static Map<String, String> shared(@Nullable Map<String, String> labels) {
        if (labels == null || labels.isEmpty()) {
            return Map.of();
        }
        var shared = HashMap.<String, String>newHashMap(labels.size());
        labels.forEach((key, value) -> shared.put(key.intern(), value == null ? "" : value.intern()));
        return shared;
    }

    private static List<HostPort> ports(List<PodInfo> pods) {
        return pods.stream().flatMap(pod -> pod.hostPorts().stream()).toList();
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
