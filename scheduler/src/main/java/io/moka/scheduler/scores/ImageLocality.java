package io.moka.scheduler.scores;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.PreScore;
import io.moka.scheduler.framework.Score;
import io.moka.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// Prefers a node that has the pod's images already, by their size; an image that few nodes have counts less, so that those few do not get everything. Gives no
/// scores if no node has any of the images.
public final class ImageLocality implements PreScore, Score {

    private static final long SMALLEST_BYTES = 23L << 20;
    private static final long LARGEST_BYTES_PER_CONTAINER = 1000L << 20;
    private static final CycleState.Key<Images> KEY = new CycleState.Key<>();

    /// @param present the pod's images that at least one node has
    /// @param containers how many containers the pod has
    private record Images(List<Image> present, int containers, int nodes) implements CycleState.Data {
        private record Image(String name, long holders) {
        }

        @Override
        public Images copy() {
            return this;
        }
    }

    @Override
    public String name() {
        return "ImageLocality";
    }

    @Override
    public int weight() {
        return 1;
    }

    @Override
    public Verdict preScore(CycleState state, PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        var spec = pod.pod().getSpec();
        var present = new ArrayList<Images.Image>();
        Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream()).filter(container -> container.getImage() != null).forEach(container -> {
            var image = normalized(container.getImage());
            int holders = snapshot.imageHolders(image);
            if (holders > 0) {
                present.add(new Images.Image(image, holders));
            }
        });
        if (present.isEmpty()) {
            return Verdict.SKIP;
        }
        state.put(KEY, new Images(present, spec.getInitContainers().size() + spec.getContainers().size(), snapshot.nodes().size()));
        return Verdict.SUCCESS;
    }

    @Override
    public ToLongFunction<NodeInfo> score(CycleState state, PodInfo pod) {
        var images = state.get(KEY);
        long largest = LARGEST_BYTES_PER_CONTAINER * images.containers;
        return node -> {
            long sum = 0;
            for (var image : images.present) {
                sum += node.imageBytes().getOrDefault(image.name, 0L) * image.holders / images.nodes;
            }
            return MAX * (Math.clamp(sum, SMALLEST_BYTES, largest) - SMALLEST_BYTES) / (largest - SMALLEST_BYTES);
        };
    }

    private static String normalized(String image) {
        return image.lastIndexOf(':') <= image.lastIndexOf('/') ? image + ":latest" : image;
    }
}
