package io.moka.bench;

import io.moka.bench.PodLife.Stage;
import io.moka.bench.SamplePods.Created;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The cost of metrics.k8s.io: what all processes of the cluster together need while a client reads the metrics of 30 pods as often as an autoscaler does,
/// beyond what they need while nobody reads any; and how soon a pod has values.
final class MetricsCost implements Measurement {

    private static final int PODS = 30;
    private static final int FIRST_VALUES = 5;
    private static final Duration QUIET = Duration.ofSeconds(60);
    private static final Duration PERIOD = Duration.ofSeconds(15);
    private static final int PERIODS = 8;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final String PODS_PATH = "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods";

    @Override
    public String name() {
        return "metrics";
    }

    /// CPU in percent of a core during the phase, and memory in MiB at its end.
    private record Cost(double cpu, double pss) {
    }

    @Override
    public List<Figure> measure(BenchCluster cluster) throws Exception {
        try (var client = new ApiClient(cluster.config()); var pods = new SamplePods(cluster)) {
            var created = pods.createAtOnce("measured", PODS);
            for (var pod : created) {
                pod.until(Stage.RUNNING);
            }
            TimeUnit.MILLISECONDS.sleep(QUIET.toMillis());
            var without = cost(cluster.run(), () -> { });
            // the first reads load classes, once
            read(client);
            read(client);
            var with = cost(cluster.run(), () -> read(client));
            double first = firstValues(client, pods);
            pods.remove(created);
            return List.of(new Figure(Row.METRICS_CPU, with.cpu - without.cpu), new Figure(Row.METRICS_PSS, with.pss - without.pss), new Figure(Row.METRICS_FIRST, first));
        }
    }

    private static Cost cost(Path run, Runnable eachPeriod) throws IOException, InterruptedException {
        var processes = IdleCost.processes(run);
        var before = IdleCost.sums(processes, ProcessCost::cpuSeconds);
        long begin = System.nanoTime();
        for (int i = 0; i < PERIODS; i++) {
            eachPeriod.run();
            TimeUnit.MILLISECONDS.sleep(PERIOD.toMillis());
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        var used = IdleCost.sums(processes, ProcessCost::cpuSeconds);
        var pss = IdleCost.sums(processes, ProcessCost::pssMebibytes);
        used.replaceAll((process, time) -> (time - before.getOrDefault(process, 0.0)) / seconds * 100);
        System.err.printf("  percent of a core: %s%n  MiB: %s%n", used, pss);
        return new Cost(sum(used), sum(pss));
    }

    private static double sum(Map<String, Double> byProcess) {
        return byProcess.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private static void read(ApiClient client) {
        var answer = new String(client.send("GET", PODS_PATH, Map.of(), null, null), StandardCharsets.UTF_8);
        if (!answer.contains("\"measured-0\"")) {
            throw new IllegalStateException("no metrics of the pods: " + answer);
        }
    }

    /// The longest time in seconds that one of several pods ran before it had values. Other values have just been read each time, which is the worst case.
    private static double firstValues(ApiClient client, SamplePods pods) throws InterruptedException {
        double longest = 0;
        for (int i = 0; i < FIRST_VALUES; i++) {
            read(client);
            var pod = pods.create("first-values-" + i);
            pod.until(Stage.RUNNING);
            longest = Math.max(longest, untilValues(client, pod));
            pods.remove(List.of(pod));
        }
        return longest;
    }

    private static double untilValues(ApiClient client, Created pod) throws InterruptedException {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < SamplePods.PATIENCE.toNanos()) {
            try {
                client.send("GET", PODS_PATH + "/" + pod.name(), Map.of(), null, null);
                return (System.nanoTime() - begin) / 1e9;
            } catch (ApiException e) {
                if (!e.isNotFound()) {
                    throw e;
                }
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
        throw new IllegalStateException("pod " + pod.name() + " has no metrics after " + SamplePods.PATIENCE.toSeconds() + " s");
    }
}
