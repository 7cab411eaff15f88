package io.moka.cluster;

import io.fabric8.kubernetes.api.model.Node;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.ClientConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;

/// The steps from a folder to a node that is Ready. Everything that can run side by side does.
final class Startup {

    /// What the way to a Ready node needs first, and next. The others would only take the processors away from these while they start:
    /// there is nothing to schedule before a node is Ready.
    private static final EnumSet<Component> FIRST = EnumSet.of(Component.ETCD, Component.APISERVER, Component.KUBELET);
    private static final EnumSet<Component> NEXT = EnumSet.of(Component.CONTROLLERS, Component.PROXY);
    private static final EnumSet<Component> LAST = EnumSet.of(Component.SCHEDULER);
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Distribution distribution;
    private final Layout layout;
    private final Settings settings;
    private final boolean train;

    Startup(Distribution distribution, Layout layout, Settings settings, boolean train) {
        this.distribution = distribution;
        this.layout = layout;
        this.settings = settings;
        this.train = train;
    }

    void run(Progress progress) throws Exception {
        var engine = new Engine(layout);
        progress.step("certificates, configuration", () -> {
            new Certificates(layout, settings, InstantSource.system()).ensure();
            new CniFiles(distribution, layout, settings).write();
            return "";
        });
        progress.step("starting etcd, apiserver, kubelet", () -> {
            boolean ours = engine.start(distribution);
            start(FIRST);
            return ours ? "and a Docker engine of our own (none answered)" : "";
        });
        progress.step("Docker engine", () -> {
            engine.await();
            return "";
        });
        progress.step("image for the examples", BusyboxImage::ensure);
        progress.step("apiserver listens", this::awaitListening);
        progress.step("starting controllers, proxy", () -> {
            start(NEXT);
            return "";
        });
        progress.step("etcd and apiserver answer", () -> awaitHealth(Component.APISERVER));
        progress.step("node " + settings.node() + " is Ready", this::awaitNode);
        progress.step("starting scheduler", () -> {
            start(LAST);
            return "";
        });
        progress.step("proxy has its rules", () -> awaitHealth(Component.PROXY));
    }

    private void start(Set<Component> components) throws IOException {
        var commands = new CommandLines(distribution, layout, settings, train);
        for (var component : components) {
            Supervised.of(layout, component).start(distribution.supervise(), commands.of(component));
        }
    }

    private String awaitListening() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!listens(settings.ports().apiserver())) {
            requireTime(deadline, Component.APISERVER);
            Thread.sleep(15);
        }
        return "";
    }

    private static boolean listens(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private String awaitHealth(Component component) throws Exception {
        try (var health = new Health(layout, settings)) {
            var deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!health.of(component).equals("ok")) {
                requireTime(deadline, component);
                Thread.sleep(30);
            }
        }
        return "";
    }

    private String awaitNode() throws Exception {
        try (var client = new ApiClient(ClientConfig.load(layout.kubeconfig(), null, "moka-up"))) {
            var nodes = client.resources(Node.class);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (true) {
                try {
                    var node = nodes.find("", settings.node());
                    if (node != null && isReady(node)) {
                        return "";
                    }
                } catch (ApiException | UncheckedIOException e) {
                    requireTime(deadline, Component.APISERVER);
                }
                requireTime(deadline, Component.KUBELET);
                Thread.sleep(30);
            }
        }
    }

    private static boolean isReady(Node node) {
        boolean ready = node.getStatus() != null && node.getStatus().getConditions().stream().anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
        return ready && node.getSpec().getTaints().stream().noneMatch(taint -> taint.getKey().equals("node.kubernetes.io/not-ready"));
    }

    private void requireTime(long deadline, Component suspect) {
        if (System.nanoTime() > deadline) {
            throw new ClusterException(suspect.id() + " is not ready after " + PATIENCE.toSeconds() + " s; see " + layout.log(suspect));
        }
    }
}
