package io.moka.bench;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ListOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// A thousand messages a second to a node port and back, on one connection: first while nothing else happens, then while the kernel keeps 5,000 dead memory
/// cgroups and each page of measurements of the kubelet is read every second. Reading the root's `memory.stat`, or dead groups, would hold the machine up.
final class ZombieGroups implements Measurement {

    private static final int ZOMBIES = 5_000;
    private static final int PER_SECOND = 1_000;
    private static final Duration WATCHED = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int ANSWER_MILLIS = 60_000;
    private static final int PORT = 7;
    private static final String NAME = "echo";
    private static final Map<String, String> LABELS = Map.of("bench", NAME);
    private static final List<String> PAGES = List.of("metrics/resource", "metrics/cadvisor", "stats/summary");
    private static final Path PAGES_IN_USE = Path.of("/dev/shm/moka-bench-zombies");

    @Override
    public String name() {
        return "zombies";
    }

    @Override
    public List<Figure> measure(BenchCluster cluster) throws Exception {
        try (var client = new ApiClient(cluster.config())) {
            client.resources(Pod.class).create(pod());
            var service = client.resources(Service.class).create(service());
            var node = client.resources(Node.class).list("", ListOptions.all()).items().getFirst();
            var address = node.getStatus().getAddresses().stream().filter(each -> each.getType().equals("InternalIP")).findFirst().orElseThrow().getAddress();
            try (var socket = connected(new InetSocketAddress(address, service.getSpec().getPorts().getFirst().getNodePort()))) {
                pings(socket, Duration.ofSeconds(5));
                var quiet = pings(socket, WATCHED);
                var beside = besideZombies(client, node.getMetadata().getName(), socket);
                return List.of(new Figure(Row.ZOMBIES_QUIET_P99, quiet.percentile(99)), new Figure(Row.ZOMBIES_P99, beside.percentile(99)));
            } finally {
                client.resources(Service.class).delete("default", NAME);
                client.resources(Pod.class).delete("default", NAME);
            }
        }
    }

    private static Samples besideZombies(ApiClient client, String node, Socket socket) throws Exception {
        Files.createDirectories(PAGES_IN_USE);
        try {
            leaveZombies();
            System.err.println("  memory groups that the kernel keeps: " + Files.readString(Path.of("/proc/cgroups")).replaceAll("(?s).*memory\\t\\d+\\t(\\d+).*", "$1"));
            var over = new AtomicBoolean();
            var scrapes = new AtomicInteger();
            var scraper = Thread.ofVirtual().start(() -> scrape(client, node, over, scrapes));
            try {
                var pings = pings(socket, WATCHED);
                System.err.println("  scrapes meanwhile: " + scrapes);
                return pings;
            } finally {
                over.set(true);
                scraper.join();
            }
        } finally {
            // the groups go when no page is charged to them any more
            new ProcessBuilder("rm", "-r", PAGES_IN_USE.toString()).start().waitFor();
        }
    }

    /// Makes groups that are deleted while a page is charged to them.
    private static void leaveZombies() throws IOException, InterruptedException {
        var root = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers")) ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
        var script = """
                set -e
                home=%s/moka-bench-zombies; mkdir $home; [ ! -e $home/cgroup.subtree_control ] || echo +memory > $home/cgroup.subtree_control
                for i in $(seq %d); do
                    mkdir $home/z$i; sh -c "echo \\$\\$ > $home/z$i/cgroup.procs; echo x > %s/z$i"
                    until rmdir $home/z$i 2>/dev/null; do :; done
                done
                rmdir $home""".formatted(root, ZOMBIES, PAGES_IN_USE);
        int status = new ProcessBuilder("sh", "-c", script).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException("the cgroups could not be made: status " + status);
        }
    }

    private static void scrape(ApiClient client, String node, AtomicBoolean over, AtomicInteger scrapes) {
        try {
            while (!over.get()) {
                for (var page : PAGES) {
                    client.send("GET", "/api/v1/nodes/" + node + "/proxy/" + page, Map.of(), null, null);
                }
                scrapes.incrementAndGet();
                TimeUnit.SECONDS.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Returns the milliseconds from the time at which each message was due to its return, so that a delay counts for all messages that it holds up.
    private static Samples pings(Socket socket, Duration during) throws IOException {
        var millis = new double[(int) during.toSeconds() * PER_SECOND];
        long begin = System.nanoTime();
        for (int i = 0; i < millis.length; i++) {
            long due = begin + i * 1_000_000_000L / PER_SECOND;
            for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
                LockSupport.parkNanos(early);
            }
            socket.getOutputStream().write('!');
            if (socket.getInputStream().read() < 0) {
                throw new IOException("the connection ended");
            }
            millis[i] = (System.nanoTime() - due) / 1e6;
        }
        return Samples.of(millis);
    }

    /// Connects as soon as the service answers.
    private static Socket connected(InetSocketAddress address) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(ANSWER_MILLIS);
                socket.connect(address, ANSWER_MILLIS);
                pings(socket, Duration.ofSeconds(1));
                return socket;
            } catch (IOException e) {
                socket.close();
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
    }

    private static Pod pod() {
        return new PodBuilder().withNewMetadata().withNamespace("default").withName(NAME).withLabels(LABELS).endMetadata()
                .withNewSpec().withTerminationGracePeriodSeconds(1L)
                .addNewContainer().withName("main").withImage("busybox:1.36").withCommand("nc", "-ll", "-p", Integer.toString(PORT), "-e", "/bin/cat").endContainer()
                .endSpec().build();
    }

    private static Service service() {
        return new ServiceBuilder().withNewMetadata().withNamespace("default").withName(NAME).endMetadata()
                .withNewSpec().withType("NodePort").withSelector(LABELS).addNewPort().withPort(PORT).withTargetPort(new IntOrString(PORT)).endPort().endSpec().build();
    }
}
