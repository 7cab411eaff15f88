package io.moka.bench;

import io.moka.bench.PodLife.Stage;
import io.moka.bench.SamplePods.Created;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Pods created one after the other, each when the one before it runs: when the call returns, when a watching client first sees the pod,
/// when it is bound, when its container runs. The pods stay until all are counted.
final class PodStart implements Measurement {

    private static final int WARM_UP = 3;
    private static final int PODS = 30;

    @Override
    public String name() {
        return "pod";
    }

    @Override
    public List<Figure> measure(BenchCluster cluster) throws Exception {
        try (var pods = new SamplePods(cluster)) {
            var warmUp = startInTurn(pods, "warm-up", WARM_UP);
            pods.remove(warmUp);
            var created = startInTurn(pods, "started", PODS);
            pods.remove(created);
            double engine = engine().percentile(50);
            var figures = new ArrayList<Figure>();
            add(figures, Row.POD_CREATED_P50, Row.POD_CREATED_P90, created.stream().map(Created::callTook).toList());
            add(figures, Row.POD_FIRST_EVENT_P50, Row.POD_FIRST_EVENT_P90, times(created, Stage.FIRST_EVENT));
            add(figures, Row.POD_BOUND_P50, Row.POD_BOUND_P90, times(created, Stage.BOUND));
            add(figures, Row.POD_RUNNING_P50, Row.POD_RUNNING_P90, times(created, Stage.RUNNING));
            figures.add(new Figure(Row.ENGINE_P50, engine));
            figures.add(new Figure(Row.POD_BEYOND_ENGINE, Samples.milliseconds(times(created, Stage.RUNNING)).percentile(50) - engine));
            return figures;
        }
    }

    /// Milliseconds of the engine's own part, one pod after the other; as many stay as of the pods.
    private static Samples engine() throws IOException {
        var pairs = new ArrayList<EngineCalls.Pair>();
        var millis = new double[PODS];
        for (int i = 0; i < PODS; i++) {
            long begin = System.nanoTime();
            pairs.add(EngineCalls.start());
            millis[i] = (System.nanoTime() - begin) / 1e6;
        }
        for (var pair : pairs) {
            EngineCalls.remove(pair);
        }
        return Samples.of(millis);
    }

    private static List<Created> startInTurn(SamplePods pods, String prefix, int count) throws InterruptedException {
        var created = new ArrayList<Created>();
        for (int i = 0; i < count; i++) {
            created.add(pods.create(prefix + "-" + i));
            created.getLast().until(Stage.RUNNING);
        }
        return created;
    }

    private static List<Duration> times(List<Created> created, Stage stage) throws InterruptedException {
        var times = new ArrayList<Duration>();
        for (var pod : created) {
            times.add(pod.until(stage));
        }
        return times;
    }

    private static void add(List<Figure> figures, Row p50, Row p90, List<Duration> times) {
        var samples = Samples.milliseconds(times);
        figures.add(new Figure(p50, samples.percentile(50)));
        figures.add(new Figure(p90, samples.percentile(90)));
    }
}
