package io.moka.bench;

import io.moka.bench.PodLife.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Running pods deleted one after the other with a grace of 1 s, from the call to the event that says the object is gone. Their
/// program ignores TERM, so a second of it is the grace itself.
final class PodDeletion implements Measurement {

    private static final int WARM_UP = 2;
    private static final int PODS = 30;

    @Override
    public String name() {
        return "delete";
    }

    @Override
    public List<Figure> measure(BenchCluster cluster) throws Exception {
        try (var pods = new SamplePods(cluster)) {
            var created = pods.createAtOnce("deleted", WARM_UP + PODS);
            for (var pod : created) {
                pod.until(Stage.RUNNING);
            }
            var times = new ArrayList<Duration>();
            for (var pod : created) {
                times.add(pods.delete(pod, 1));
            }
            var samples = Samples.seconds(times.subList(WARM_UP, times.size()));
            return List.of(new Figure(Row.DELETE_P50, samples.percentile(50)), new Figure(Row.DELETE_P90, samples.percentile(90)));
        }
    }
}
