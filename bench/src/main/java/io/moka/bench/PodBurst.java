package io.moka.bench;

import io.moka.bench.PodLife.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Thirty pods created at once on one node, until the last of them runs.
final class PodBurst implements Measurement {

    private static final int WARM_UP = 3;
    private static final int PODS = 30;

    @Override
    public String name() {
        return "burst";
    }

    @Override
    public List<Figure> measure(BenchCluster cluster) throws Exception {
        try (var pods = new SamplePods(cluster)) {
            startAll(pods, "warm-up", WARM_UP);
            return List.of(new Figure(Row.BURST, startAll(pods, "burst", PODS)));
        }
    }

    /// Seconds from the first create call to the last pod that runs; the pods are gone afterwards.
    private static double startAll(SamplePods pods, String prefix, int count) throws InterruptedException {
        long begin = System.nanoTime();
        var created = pods.createAtOnce(prefix, count);
        var times = new ArrayList<Duration>();
        for (var pod : created) {
            times.add(pod.life().since(begin, Stage.RUNNING, SamplePods.PATIENCE));
        }
        pods.remove(created);
        return Samples.seconds(times).largest();
    }
}
