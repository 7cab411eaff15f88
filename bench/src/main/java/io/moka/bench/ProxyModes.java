package io.moka.bench;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.ClusterNetwork;
import io.moka.proxy.RuleSet;
import io.moka.proxy.iptables.Iptables;
import io.moka.proxy.iptables.IptablesRuleSet;
import io.moka.proxy.ipvs.Ipvs;
import io.moka.proxy.ipvs.IpvsRuleSet;
import io.moka.proxy.ipvs.Scheduler;
import io.moka.proxy.kernel.Tools;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.IpFamily;
import io.moka.proxy.model.Sources;
import io.moka.proxy.nftables.NftablesRuleSet;
import io.moka.proxy.userspace.UserspaceRuleSet;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// The proxy's modes with many services of ten endpoints each, in a network namespace of its own: the table of each mode's page. A program of its own, which starts
/// itself anew for each line: `ProxyModes [MODES and numbers of services...]`, as root. The machine's load is in each line, as it changes all figures.
final class ProxyModes {

    private static final List<String> MODES = List.of("nftables", "iptables-nft", "iptables-legacy", "ipvs", "userspace");
    private static final List<Integer> COUNTS = List.of(10, 1_000, 10_000);
    private static final int ENDPOINTS = 10;
    private static final int CHANGES = 30;
    private static final int CONNECTIONS = 1_000;
    private static final int SERVER_PORT = 8_080;
    /// The proxy's own flags, as far as they concern memory.
    private static final List<String> FLAGS = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xmx512m", "-Xms8m", "-XX:NewSize=2m",
            "-XX:MaxNewSize=6m", "-XX:MinHeapFreeRatio=10", "-XX:MaxHeapFreeRatio=20", "-XX:-ShrinkHeapInSteps");

    private final RuleSet rules;
    private final int count;

    private ProxyModes(RuleSet rules, int count) {
        this.rules = rules;
        this.count = count;
    }

    public static void main(String[] args) throws Exception {
        if (args.length == 3 && args[0].equals("inside")) {
            new ProxyModes(rules(args[1]), Integer.parseInt(args[2])).measure(args[1]);
            return;
        }
        System.out.println("| mode | services | load from empty | one change (best, median) | connection to the first service (p50, p99) | to the last | memory (PSS) | restart: time, connections lost | load |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        var ipvs = new Ipvs(Tools.HERE, IpFamily.IPV4).obstacle();
        var named = List.of(args);
        var counts = named.stream().filter(arg -> !MODES.contains(arg)).map(Integer::valueOf).toList();
        for (var mode : MODES.stream().anyMatch(named::contains) ? MODES.stream().filter(named::contains).toList() : MODES) {
            if (mode.equals("ipvs") && !ipvs.isEmpty()) {
                System.out.println("| ipvs | n/a: " + ipvs + " | | | | | | | |");
                continue;
            }
            for (var services : counts.isEmpty() ? COUNTS : counts) {
                inNamespace(mode, services);
            }
        }
    }

    private static void inNamespace(String mode, int services) throws Exception {
        var namespace = "moka-bench-" + ProcessHandle.current().pid();
        run("ip", "netns", "add", namespace);
        try {
            run("ip", "-n", namespace, "link", "set", "lo", "up");
            run("ip", "-n", namespace, "addr", "add", "10.99.0.0/24", "dev", "lo");
            run("ip", "-n", namespace, "route", "add", "default", "dev", "lo");
            var command = new ArrayList<>(List.of("ip", "netns", "exec", namespace, ProcessHandle.current().info().command().orElseThrow()));
            command.addAll(FLAGS);
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), ProxyModes.class.getName(), "inside", mode, Integer.toString(services)));
            if (status(command) != 0) {
                System.out.printf("| %s | %,d | failed, see above | | | | | | |%n", mode, services);
            }
        } finally {
            run("ip", "netns", "delete", namespace);
        }
    }

    private static void run(String... command) throws Exception {
        int status = status(List.of(command));
        if (status != 0) {
            throw new IOException(String.join(" ", command) + ": status " + status);
        }
    }

    private static int status(List<String> command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private static RuleSet rules(String mode) {
        var network = ClusterNetwork.of(IpFamily.IPV4, "10.128.0.0/9", "10.100.0.0/14");
        var nftables = new NftablesRuleSet("moka-bench", network, Tools.HERE);
        return switch (mode) {
            case "nftables" -> nftables;
            case "ipvs" -> new IpvsRuleSet("moka-bench", "bench-ipvs0", network, Scheduler.RR, Tools.HERE);
            case "userspace" -> new UserspaceRuleSet(network, nftables);
            default -> new IptablesRuleSet("KUBE", network, new Iptables(Tools.HERE, IpFamily.IPV4, mode.substring("iptables-".length())));
        };
    }

    private static Front front(int i) {
        return new Front.ServiceAddress("10." + (100 + i / 62_500) + "." + i / 250 % 250 + "." + i % 250, "tcp", 80);
    }

    /// Endpoints of the first and the last service are the server's addresses; all others are nobody's, and on other nodes.
    private Backends endpoints(int i, int number) {
        boolean real = i == 0 || i == count - 1;
        var endpoints = IntStream.range(0, number).mapToObj(j -> new Endpoint(real ? "10.99.0." + (j + 1) : "10." + (150 + j) + "." + i / 250 + "." + i % 250, SERVER_PORT)).toList();
        return new Backends("", endpoints, endpoints, 0, false, Sources.ANYONE, Set.of());
    }

    private static ObjectKey key(int i) {
        return new ObjectKey("bench", "service-" + i);
    }

    private Map<ObjectKey, Map<Front, Backends>> all() {
        var all = new LinkedHashMap<ObjectKey, Map<Front, Backends>>();
        for (int i = 0; i < count; i++) {
            all.put(key(i), Map.of(front(i), endpoints(i, ENDPOINTS)));
        }
        return all;
    }

    private void measure(String mode) throws Exception {
        var all = all();
        long begin = System.nanoTime();
        rules.replaceAll(all);
        var load = Duration.ofNanos(System.nanoTime() - begin);
        all.clear();
        var changes = new ArrayList<Duration>();
        for (int i = 0; i < CHANGES; i++) {
            int service = 1 + i % (count - 2);
            begin = System.nanoTime();
            rules.update(Map.of(key(service), Map.of(front(service), endpoints(service, ENDPOINTS - 1 - i / (count - 2) % 2))));
            changes.add(Duration.ofNanos(System.nanoTime() - begin));
        }
        var change = Samples.milliseconds(changes);
        System.gc();
        double memory = new ProcessCost(ProcessHandle.current().pid()).pssMebibytes();
        try (var server = new ServerSocket(SERVER_PORT, 512)) {
            Thread.ofPlatform().daemon().start(() -> serve(server));
            var first = new ArrayList<Duration>();
            var last = new ArrayList<Duration>();
            for (int i = 0; i < 2 * CONNECTIONS; i++) {
                connect(0, i < CONNECTIONS ? new ArrayList<>() : first);
                connect(count - 1, i < CONNECTIONS ? new ArrayList<>() : last);
            }
            System.out.printf("| %s | %,d | %s | %.1f ms, %.1f ms | %s | %s | %.0f MiB | %s | %s |%n", mode, count, text(load), change.sorted()[0], change.median(),
                    text(first), text(last), memory, restart(mode), Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
        }
        rules.remove();
    }

    /// The work of a new process at its start, while connections are made without a pause.
    private String restart(String mode) throws Exception {
        var on = new AtomicBoolean(true);
        var made = new AtomicInteger();
        var lost = new AtomicInteger();
        var client = Thread.ofPlatform().daemon().start(() -> {
            while (on.get()) {
                try {
                    connect(0, new ArrayList<>());
                    made.incrementAndGet();
                } catch (IOException e) {
                    lost.incrementAndGet();
                }
            }
        });
        var restarted = rules(mode);
        var all = all();
        long begin = System.nanoTime();
        restarted.replaceAll(all);
        var time = Duration.ofNanos(System.nanoTime() - begin);
        on.set(false);
        client.join();
        return "%s, %d of %,d".formatted(text(time), lost.get(), made.get() + lost.get());
    }

    private static String text(Duration time) {
        return time.toMillis() < 1_000 ? time.toMillis() + " ms" : "%.1f s".formatted(time.toMillis() / 1e3);
    }

    private static String text(List<Duration> connections) {
        var samples = Samples.milliseconds(connections);
        return "%.3f, %.3f ms".formatted(samples.median(), samples.percentile(99));
    }

    private static void serve(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                server.accept().close();
            } catch (IOException over) {
                return;
            }
        }
    }

    private void connect(int service, List<Duration> times) throws IOException {
        var front = (Front.ServiceAddress) front(service);
        try (var socket = new Socket()) {
            long begin = System.nanoTime();
            socket.connect(new InetSocketAddress(front.address(), front.port()), 5_000);
            times.add(Duration.ofNanos(System.nanoTime() - begin));
        }
    }
}
