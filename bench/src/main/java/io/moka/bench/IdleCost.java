package io.moka.bench;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ListOptions;
import io.moka.machinery.meta.Pods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Memory and CPU of each process of the cluster while it runs one Deployment of three and nobody asks anything of it.
final class IdleCost implements Measurement {

    private static final Duration QUIET = Duration.ofSeconds(60);
    private static final Duration WATCHED = Duration.ofSeconds(30);
    private static final Map<String, String> LABELS = Map.of("bench", "idle");

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public List<Figure> measure(BenchCluster cluster) throws Exception {
        try (var client = new ApiClient(cluster.config())) {
            var deployments = client.resources(Deployment.class);
            deployments.create(deployment());
            awaitPods(client, 3);
            TimeUnit.MILLISECONDS.sleep(QUIET.toMillis());
            var figures = costs(processes(cluster.run()));
            deployments.delete("default", "idle");
            awaitPods(client, 0);
            return figures;
        }
    }

    /// The processes by component; the shells that watch over them, and the one that renews certificates, together as one.
    static Map<String, List<ProcessCost>> processes(Path run) throws IOException {
        var processes = new TreeMap<String, List<ProcessCost>>();
        try (var files = Files.list(run)) {
            for (var file : (Iterable<Path>) files::iterator) {
                var name = file.getFileName().toString();
                if (name.endsWith(".pid") || name.endsWith(".supervisor")) {
                    long pid = Long.parseLong(Files.readString(file).strip());
                    var process = name.endsWith(".pid") && !name.equals("renewal.pid") ? name.substring(0, name.length() - ".pid".length()) : "supervisors";
                    processes.computeIfAbsent(process, p -> new ArrayList<>()).add(new ProcessCost(pid));
                    if (name.endsWith(".supervisor")) {
                        waitingCopies(pid).forEach(processes.get(process)::add);
                    }
                }
            }
        }
        return processes;
    }

    /// The copies of a supervising script that wait for its lock; its other children are the components.
    private static List<ProcessCost> waitingCopies(long supervisor) {
        return ProcessHandle.of(supervisor).stream().flatMap(ProcessHandle::children)
                .filter(child -> child.info().command().orElse("").endsWith("flock")).map(child -> new ProcessCost(child.pid())).toList();
    }

    private static List<Figure> costs(Map<String, List<ProcessCost>> processes) throws IOException, InterruptedException {
        var figures = new ArrayList<Figure>();
        add(figures, Row.PSS, sums(processes, ProcessCost::pssMebibytes));
        var before = sums(processes, ProcessCost::cpuSeconds);
        long begin = System.nanoTime();
        TimeUnit.MILLISECONDS.sleep(WATCHED.toMillis());
        var after = sums(processes, ProcessCost::cpuSeconds);
        double seconds = (System.nanoTime() - begin) / 1e9;
        after.replaceAll((process, used) -> (used - before.getOrDefault(process, 0.0)) / seconds * 100);
        add(figures, Row.CPU, after);
        return figures;
    }

    /// A number that the kernel knows of a process.
    interface Cost {
        double of(ProcessCost process) throws IOException;
    }

    static Map<String, Double> sums(Map<String, List<ProcessCost>> processes, Cost cost) throws IOException {
        var sums = new TreeMap<String, Double>();
        for (var entry : processes.entrySet()) {
            double sum = 0;
            for (var process : entry.getValue()) {
                sum += cost.of(process);
            }
            sums.put(entry.getKey(), sum);
        }
        return sums;
    }

    static void add(List<Figure> figures, Row all, Map<String, Double> byProcess) {
        byProcess.forEach((process, value) -> figures.add(new Figure(Row.of(all, process), value)));
        figures.add(new Figure(all, byProcess.values().stream().mapToDouble(Double::doubleValue).sum()));
    }

    /// Waits until this many of the deployment's pods are there, all of them ready.
    private static void awaitPods(ApiClient client, int wanted) throws InterruptedException {
        long deadline = System.nanoTime() + SamplePods.PATIENCE.toNanos();
        while (true) {
            var pods = client.resources(Pod.class).list("default", ListOptions.all().labels("bench=idle")).items();
            if (pods.size() == wanted && pods.stream().allMatch(Pods::isReady)) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the deployment does not have " + wanted + " ready pods after " + SamplePods.PATIENCE.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private static Deployment deployment() {
        return new DeploymentBuilder().withNewMetadata().withNamespace("default").withName("idle").endMetadata()
                .withNewSpec().withReplicas(3).withNewSelector().withMatchLabels(LABELS).endSelector()
                .withNewTemplate().withNewMetadata().withLabels(LABELS).endMetadata()
                .withNewSpec().withTerminationGracePeriodSeconds(1L)
                .addNewContainer().withName("main").withImage("busybox:1.36").withCommand("sleep", "86400").endContainer()
                .endSpec().endTemplate().endSpec().build();
    }
}
