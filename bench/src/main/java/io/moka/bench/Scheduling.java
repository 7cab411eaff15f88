package io.moka.bench;

import io.moka.bench.ScheduledPods.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Pods a second through the scheduler: in memory on 5,000 nodes, and from the create call through apiserver, etcd and watches to the binding on hollow
/// nodes; there also beside pods that fit nowhere, gated pods, preempting pods and changes of nodes.
final class Scheduling implements Measurement {

    private static final int WARM_UP = 1_000;
    private static final int PODS = 10_000;
    private static final int MANY_NODES = 1_000;
    private static final int MOST_NODES = 5_000;
    private static final Duration SLOWER = Duration.ofMillis(50);
    private static final int GATED = 10_000;
    private static final int MOST_UPDATES = 20_000;
    private static final int UPDATES_PER_SECOND = 100;
    private static final int MOST_OTHERS = 150;
    private static final int OTHERS_PER_SECOND = 5;
    private static final String NODES = "/api/v1/nodes/";
    private static final String PRIORITIES = "/apis/scheduling.k8s.io/v1/priorityclasses";
    private static final String PRIORITY = "{\"metadata\":{\"name\":\"bench-high\"},\"value\":1000}";

    /// More than any hollow node has.
    private static final Kind UNSCHEDULABLE = new Kind("", "", "1000");
    private static final Kind GATE = new Kind("", "\"schedulingGates\":[{\"name\":\"bench\"}],", "10m");
    /// Each has a hollow node of this label for itself.
    private static final Kind VICTIM = new Kind(",\"bench-victims\":\"true\"", "", "200");
    private static final Kind PREEMPTING = new Kind(VICTIM.selector(), "\"priorityClassName\":\"bench-high\",", "200");

    @Override
    public String name() {
        return "scheduling";
    }

    @Override
    public List<Figure> measure(BenchCluster cluster) throws Exception {
        var figures = new ArrayList<Figure>();
        inMemory(cluster, "plain", Row.SCHEDULE_MEMORY, Row.SCHEDULE_WHY, figures);
        inMemory(cluster, "spread", Row.SCHEDULE_MEMORY_SPREAD, Row.SCHEDULE_WHY_SPREAD, figures);
        try (var client = new RawClient(cluster.config())) {
            cluster.hollowNodes(100);
            warmUp(client);
            var few = plain(client);
            add(figures, few, Row.SCHEDULE_100, Row.SCHEDULE_100_P50, Row.SCHEDULE_100_P99);
            figures.add(share(Row.SCHEDULE_SLOW_API, few.perSecond(), behindSlowApi(cluster, client)));
            cluster.hollowNodes(MANY_NODES);
            var before = cpuSeconds(cluster);
            var plain = plain(client);
            var used = cpuSeconds(cluster);
            used.replaceAll((process, seconds) -> (seconds - before.get(process)) * 1_000 / PODS);
            add(figures, plain, Row.SCHEDULE_1000, Row.SCHEDULE_1000_P50, Row.SCHEDULE_1000_P99);
            IdleCost.add(figures, Row.SCHEDULE_CPU, used);
            disturbed(client, plain.perSecond(), figures);
            cluster.hollowNodes(MOST_NODES);
            add(figures, plain(client), Row.SCHEDULE_5000, Row.SCHEDULE_5000_P50, Row.SCHEDULE_5000_P99);
        } finally {
            cluster.hollowNodes(0);
        }
        return figures;
    }

    private static Map<String, Double> cpuSeconds(BenchCluster cluster) throws IOException {
        var seconds = new TreeMap<String, Double>();
        for (var process : cluster.schedulingProcesses().entrySet()) {
            seconds.put(process.getKey(), process.getValue().cpuSeconds());
        }
        return seconds;
    }

    /// The scheduler starts anew for this, and is warmed up as before.
    private static ScheduledPods.Result behindSlowApi(BenchCluster cluster, RawClient client) throws Exception {
        try (var slow = new DelayingProxy(URI.create(cluster.config().server()), SLOWER)) {
            var direct = cluster.schedulerSpeaksTo(URI.create("https://127.0.0.1:" + slow.port()));
            try {
                warmUp(client);
                return plain(client);
            } finally {
                cluster.schedulerSpeaksTo(direct);
                warmUp(client);
            }
        }
    }

    private static void inMemory(BenchCluster cluster, String kind, Row rate, Row why, List<Figure> figures) throws Exception {
        var output = cluster.shell().run(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-XX:+UseSerialGC", "-Xmx1g",
                "-cp", System.getProperty("java.class.path"), SchedulingInMemory.class.getName(), "5000", "50000", kind).output();
        figures.add(new Figure(rate, figure(output, "rate ")));
        figures.add(new Figure(why, figure(output, "why ")));
    }

    private static double figure(String output, String name) {
        return output.lines().filter(line -> line.startsWith(name)).mapToDouble(line -> Double.parseDouble(line.substring(name.length()))).findFirst().orElseThrow();
    }

    private static void add(List<Figure> figures, ScheduledPods.Result result, Row rate, Row p50, Row p99) {
        figures.add(new Figure(rate, result.perSecond()));
        figures.add(new Figure(p50, result.milliseconds().percentile(50)));
        figures.add(new Figure(p99, result.milliseconds().percentile(99)));
    }

    private static void warmUp(RawClient client) throws Exception {
        run(client, "warm-up", WARM_UP);
    }

    private static ScheduledPods.Result plain(RawClient client) throws Exception {
        return run(client, "measured", PODS);
    }

    /// The pods are gone afterwards.
    private static ScheduledPods.Result run(RawClient client, String series, int count) throws Exception {
        try (var pods = new ScheduledPods(client, series, count, Kind.PLAIN)) {
            var result = pods.run();
            pods.remove();
            return result;
        }
    }

    private static void disturbed(RawClient client, double plainRate, List<Figure> figures) throws Exception {
        figures.add(share(Row.SCHEDULE_UNSCHEDULABLE, plainRate, beside(client, "unschedulable", UNSCHEDULABLE)));
        client.send("POST", PRIORITIES, "application/json", PRIORITY.getBytes(StandardCharsets.UTF_8));
        figures.add(share(Row.SCHEDULE_PREEMPTING, plainRate, preempting(client)));
        client.delete(PRIORITIES + "/bench-high");
        try (var gated = new ScheduledPods(client, "gated", GATED, GATE)) {
            gated.createAll();
            figures.add(share(Row.SCHEDULE_GATED, plainRate, plain(client)));
            gated.remove();
        }
        try (var updates = new Disturbance(UPDATES_PER_SECOND, MOST_UPDATES, i -> label(client, i % MANY_NODES + 1, "bench", Integer.toString(i)))) {
            figures.add(share(Row.SCHEDULE_NODE_UPDATES, plainRate, plain(client)));
        }
    }

    private static void label(RawClient client, int node, String key, String value) throws IOException {
        client.send("PATCH", NODES + "hollow-" + node, "application/merge-patch+json",
                "{\"metadata\":{\"labels\":{\"%s\":\"%s\"}}}".formatted(key, value).getBytes(StandardCharsets.UTF_8));
    }

    /// Five pods a second of another kind come while the pods are scheduled.
    private static ScheduledPods.Result beside(RawClient client, String series, Kind kind) throws Exception {
        try (var others = new ScheduledPods(client, series, MOST_OTHERS, kind)) {
            ScheduledPods.Result result;
            int made;
            try (var disturbance = new Disturbance(OTHERS_PER_SECOND, MOST_OTHERS, others::create)) {
                result = plain(client);
                made = disturbance.calls();
            }
            others.remove(made);
            return result;
        }
    }

    /// Each of the others finds the nodes that it may have taken by pods of a lower priority.
    private static ScheduledPods.Result preempting(RawClient client) throws Exception {
        for (int i = 1; i <= MOST_OTHERS; i++) {
            label(client, i, "bench-victims", "true");
        }
        try (var victims = new ScheduledPods(client, "victim", MOST_OTHERS, VICTIM)) {
            victims.run();
            var result = beside(client, "preempting", PREEMPTING);
            victims.remove();
            return result;
        }
    }

    private static Figure share(Row row, double plainRate, ScheduledPods.Result result) {
        return new Figure(row, result.perSecond() / plainRate * 100);
    }
}
