package io.moka.scheduler.priorities;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.Priority;
import java.util.List;
import java.util.stream.Stream;

/// Prefers a node that has the pod's images already, by their size; an image that few nodes have counts less, so that those few
/// do not get everything.
final class ImageLocality implements Priority {

    private static final long SMALLEST_BYTES = 23L << 20;
    private static final long LARGEST_BYTES_PER_CONTAINER = 1000L << 20;

    @Override
    public String name() {
        return "ImageLocality";
    }

    @Override
    public int weight() {
        return 1;
    }

    @Override
    public long[] scores(PodInfo pod, List<NodeInfo> nodes) {
        var spec = pod.pod().getSpec();
        var images = Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream()).map(container -> normalized(container.getImage())).toList();
        long largest = LARGEST_BYTES_PER_CONTAINER * images.size();
        var sums = new long[nodes.size()];
        for (var image : images) {
            long holders = nodes.stream().filter(node -> node.imageBytes().containsKey(image)).count();
            for (int i = 0; i < sums.length; i++) {
                sums[i] += nodes.get(i).imageBytes().getOrDefault(image, 0L) * holders / nodes.size();
            }
        }
        for (int i = 0; i < sums.length; i++) {
            long held = Math.clamp(sums[i], SMALLEST_BYTES, largest);
            sums[i] = MAX * (held - SMALLEST_BYTES) / (largest - SMALLEST_BYTES);
        }
        return sums;
    }

    private static String normalized(String image) {
        return image.lastIndexOf(':') <= image.lastIndexOf('/') ? image + ":latest" : image;
    }
}
