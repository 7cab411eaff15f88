package io.moka.bench;

import io.moka.bench.PodLife.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

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
            double burst = startAll(pods, "burst", PODS);
            double engine = engine();
            return List.of(new Figure(Row.BURST, burst), new Figure(Row.BURST_ENGINE, engine), new Figure(Row.BURST_TIMES, burst / engine));
        }
    }

    /// Seconds until the engine has started as many pods by its own calls, all at once.
    private static double engine() throws Exception {
        var calls = new ArrayList<Callable<EngineCalls.Pair>>();
        for (int i = 0; i < PODS; i++) {
            calls.add(EngineCalls::start);
        }
        long begin = System.nanoTime();
        double seconds;
        var pairs = new ArrayList<EngineCalls.Pair>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var pair : threads.invokeAll(calls)) {
                pairs.add(pair.get());
            }
            seconds = (System.nanoTime() - begin) / 1e9;
        }
        for (var pair : pairs) {
            EngineCalls.remove(pair);
        }
        return seconds;
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
