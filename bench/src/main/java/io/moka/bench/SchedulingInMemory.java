package io.moka.bench;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.scheduler.Simulation;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The scheduler's queue, cache and cycles in memory: pods a second on nodes that hold ten other pods each. A program of its own, so that what the
/// benchmarks' process has compiled does not count, nor its flags: `SchedulingInMemory NODES PODS KIND`, where the kind is `plain` or `spread`.
final class SchedulingInMemory {

    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String HOST = "kubernetes.io/hostname";
    private static final int OTHERS = 10;
    private static final int APPS = 100;
    private static final int ZONES = 3;
    private static final int ASKED = 20;
    private static final long SEED = 1;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private SchedulingInMemory() {
    }

    /// Prints the rate of each tenth of the pods, then `rate` with that of all but the first tenth, in which the virtual machine compiles, and `why`
    /// with the milliseconds of a hypothesis; each again by the thread's processor time, which others on the machine disturb less.
    public static void main(String[] args) {
        int nodes = Integer.parseInt(args[0]);
        int pods = Integer.parseInt(args[1]);
        boolean spread = args[2].equals("spread");
        boolean sharing = args.length < 4 || !args[3].equals("alone");
        var simulation = new Simulation(List.of(), SEED, sharing);
        for (int i = 0; i < nodes; i++) {
            simulation.put(null, node(i));
            for (int j = 0; j < OTHERS; j++) {
                simulation.put(other(i, j));
            }
        }
        int part = pods / 10;
        long afterFirst = 0;
        long cpuAfterFirst = 0;
        for (int round = 0; round < 10; round++) {
            var waiting = new ArrayList<Pod>();
            for (int i = 0; i < part; i++) {
                waiting.add(pod(round * part + i, spread));
            }
            waiting.forEach(simulation::put);
            var refused = new int[1];
            long begin = System.nanoTime();
            long cpuBegin = THREADS.getCurrentThreadCpuTime();
            simulation.run((pod, node) -> refused[0] += node.isEmpty() ? 1 : 0);
            long took = System.nanoTime() - begin;
            afterFirst += round == 0 ? 0 : took;
            cpuAfterFirst += round == 0 ? 0 : THREADS.getCurrentThreadCpuTime() - cpuBegin;
            System.out.printf("part %.0f%s%n", part / (took / 1e9), refused[0] == 0 ? "" : " refused " + refused[0]);
        }
        System.out.printf("rate %.0f%n", 9 * part / (afterFirst / 1e9));
        System.out.printf("cpu-rate %.0f%n", 9 * part / (cpuAfterFirst / 1e9));
        askWhy(simulation);
    }

    /// Says in which time the scheduler says where a pod would go if a node were cordoned: medians, after as many questions of warm-up.
    private static void askWhy(Simulation simulation) {
        var times = new double[ASKED];
        var cpu = new double[ASKED];
        for (int i = 0; i < 2 * ASKED; i++) {
            long begin = System.nanoTime();
            long cpuBegin = THREADS.getCurrentThreadCpuTime();
            simulation.why(Map.of("namespace", "default", "pod", "pod-" + i, "if", "cordon=node-" + i));
            times[i % ASKED] = (System.nanoTime() - begin) / 1e6;
            cpu[i % ASKED] = (THREADS.getCurrentThreadCpuTime() - cpuBegin) / 1e6;
        }
        System.out.printf("why %.1f%ncpu-why %.1f%n", Samples.of(times).median(), Samples.of(cpu).median());
    }

    private static Node node(int number) {
        var name = "node-" + number;
        return new NodeBuilder().withNewMetadata().withName(name).withLabels(Map.of(HOST, name, ZONE, "zone-" + number % ZONES)).endMetadata().withNewSpec().endSpec()
                .withNewStatus().withAllocatable(Map.of("cpu", new Quantity("32"), "memory", new Quantity("128Gi"), "pods", new Quantity("110"),
                        "ephemeral-storage", new Quantity("100Gi"))).endStatus().build();
    }

    private static PodBuilder named(String name, String app) {
        return new PodBuilder().withNewMetadata().withNamespace("default").withName(name).withUid(name).withLabels(Map.of("app", app)).endMetadata()
                .withNewSpec().withSchedulerName("default-scheduler").withPriority(0).endSpec();
    }

    private static Pod other(int node, int number) {
        return named("other-" + node + "-" + number, "other-" + number).editSpec().withNodeName("node-" + node).addNewContainer().withName("main").withImage("other")
                .withNewResources().addToRequests("cpu", new Quantity("200m")).addToRequests("memory", new Quantity("256Mi")).endResources().endContainer().endSpec().build();
    }

    private static Pod pod(int number, boolean spread) {
        var app = "app-" + number % APPS;
        var pod = named("pod-" + number, app).editSpec().addNewContainer().withName("main").withImage("image-" + number % APPS).withNewResources()
                .addToRequests("cpu", new Quantity(number % APPS % 10 * 50 + 100 + "m")).addToRequests("memory", new Quantity("256Mi")).endResources().endContainer().endSpec();
        if (spread) {
            pod = pod.editSpec().withNewAffinity().withNewPodAntiAffinity().addNewRequiredDuringSchedulingIgnoredDuringExecution().withTopologyKey(HOST)
                    .withNewLabelSelector().addToMatchLabels("app", app).endLabelSelector().endRequiredDuringSchedulingIgnoredDuringExecution().endPodAntiAffinity().endAffinity()
                    .addNewTopologySpreadConstraint().withMaxSkew(1).withTopologyKey(ZONE).withWhenUnsatisfiable("DoNotSchedule")
                    .withNewLabelSelector().addToMatchLabels("app", app).endLabelSelector().endTopologySpreadConstraint().endSpec();
        }
        return pod.build();
    }
}
