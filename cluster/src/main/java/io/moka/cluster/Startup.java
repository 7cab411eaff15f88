package io.moka.cluster;

import io.fabric8.kubernetes.api.model.Node;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.ClientConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Runs the steps from the cluster's folder to a node that is Ready. Steps that can run in parallel do.
final class Startup {

    /// The components that a Ready node needs first, and those that it needs next. The scheduler starts last, as it would compete with them for
    /// the processors and has nothing to schedule before a node is Ready.
    private static final EnumSet<Component> FIRST = EnumSet.of(Component.ETCD, Component.APISERVER, Component.KUBELET);
    private static final EnumSet<Component> NEXT = EnumSet.of(Component.CONTROLLERS, Component.PROXY);
    private static final EnumSet<Component> LAST = EnumSet.of(Component.SCHEDULER);
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /// A hollow node is registered by a few calls.
    private static final Duration FOR_EACH_HOLLOW_NODE = Duration.ofMillis(50);
    private static final Duration STRANGERS_END = Duration.ofSeconds(10);

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
            new EncryptionKeys(layout, InstantSource.system()).ensure(Files.isDirectory(layout.etcd().resolve("member")));
            AuditPolicy.ensure(layout);
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
        progress.step("image for the examples", () -> BusyboxImage.ensure(layout.packagesLog()));
        progress.step("apiserver listens", this::awaitListening);
        progress.step("starting controllers, proxy", () -> {
            start(NEXT);
            return "";
        });
        progress.step("etcd and apiserver answer", () -> awaitHealth(Component.APISERVER, PATIENCE));
        var addOns = new FutureTask<>(this::makeAddOns);
        Thread.ofVirtual().name("add-ons").start(addOns);
        progress.step("node " + settings.node() + " is Ready", this::awaitNode);
        progress.step("starting scheduler", () -> {
            start(LAST);
            Renewal.start(distribution, layout);
            return "";
        });
        progress.step("proxy has its rules", () -> awaitHealth(Component.PROXY, PATIENCE));
        progress.step("default storage class, " + (settings.withoutDns() ? "no cluster DNS" : "cluster DNS"), () -> result(addOns));
        var hollow = new HollowNodes(layout, settings);
        if (hollow.areWanted()) {
            progress.step(settings.hollowNodes() + " hollow nodes are Ready", () -> {
                hollow.prepare();
                start(Set.of(Component.HOLLOW));
                return awaitHealth(Component.HOLLOW, PATIENCE.plus(FOR_EACH_HOLLOW_NODE.multipliedBy(settings.hollowNodes())));
            });
        } else if (hollow.exist()) {
            progress.step("removing hollow nodes", hollow::remove);
        }
    }

    private void start(Set<Component> components) throws IOException {
        var commands = new CommandLines(distribution, layout, settings, train);
        for (var instance : components.stream().map(settings::instance).toList()) {
            var supervised = Supervised.of(layout, instance);
            if (supervised.process().isEmpty()) {
                endStrangers(instance);
                requireFreePort(instance);
            }
            supervised.start(distribution.supervise(), commands.of(instance));
        }
    }

    /// Ends this cluster's processes that do the instance's work, but that no supervisor has started: two of them would share its state.
    private void endStrangers(Instance instance) throws IOException {
        Signals.end(ProcessTable.of(instance, layout.root()), STRANGERS_END);
    }

    private void requireFreePort(Instance instance) throws IOException {
        int port = instance.healthPort(settings.ports());
        var holders = ProcessTable.listeningOn(port);
        if (!holders.isEmpty()) {
            var holder = holders.getFirst();
            throw new ClusterException("port " + port + " of the " + instance.id() + " is taken by process " + holder.pid() + " ("
                    + holder.info().command().orElse("?") + "); stop it, or start the cluster with --port-base");
        }
    }

    private String awaitListening() throws InterruptedException, IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        var apiserver = settings.instance(Component.APISERVER);
        while (!listens(apiserver)) {
            requireTime(deadline, Component.APISERVER);
            Thread.sleep(15);
        }
        return "";
    }

    /// Whether the process that this cluster's supervisor started listens on its port.
    private boolean listens(Instance instance) throws IOException {
        var process = Supervised.of(layout, instance).process();
        return process.isPresent() && ProcessTable.listens(process.get(), instance.healthPort(settings.ports()));
    }

    /// Waits until the component's own process says that it is ready. An answer from another process on its port does not count.
    ///
    /// It is asked less and less often, every half second at last: each question costs the machine that the process needs for its start.
    private String awaitHealth(Component component, Duration patience) throws Exception {
        var instance = settings.instance(component);
        try (var health = new Health(layout, settings)) {
            long begin = System.nanoTime();
            while (!listens(instance) || !health.of(instance).equals("ok")) {
                var waited = Duration.ofNanos(System.nanoTime() - begin);
                if (waited.compareTo(patience) > 0) {
                    throw notReady(component, patience);
                }
                Thread.sleep(Math.clamp(waited.toMillis() / 100, 30, 500));
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

    /// Makes the objects that need only the apiserver. An existing storage class stays as it is, since the user may have changed it.
    /// Returns what is still to come; empty if nothing is.
    private String makeAddOns() throws Exception {
        try (var client = new ApiClient(ClientConfig.load(layout.kubeconfig(), null, "moka-up"))) {
            Manifest.read("storage.yaml", Map.of("VOLUMES", layout.volumes().toString())).create(client);
        }
        if (train) {
            return "";
        }
        var dns = new DnsAddon(distribution, layout, settings);
        return settings.withoutDns() ? dns.remove() : dns.install();
    }

    private static String result(FutureTask<String> task) throws Exception {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static boolean isReady(Node node) {
        boolean ready = node.getStatus() != null && node.getStatus().getConditions().stream().anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
        return ready && node.getSpec().getTaints().stream().noneMatch(taint -> taint.getKey().equals("node.kubernetes.io/not-ready"));
    }

    private void requireTime(long deadline, Component suspect) {
        if (System.nanoTime() > deadline) {
            throw notReady(suspect, PATIENCE);
        }
    }

    private ClusterException notReady(Component suspect, Duration patience) {
        return new ClusterException(suspect.id() + " is not ready after " + patience.toSeconds() + " s; see " + layout.log(settings.instance(suspect)));
    }
}
