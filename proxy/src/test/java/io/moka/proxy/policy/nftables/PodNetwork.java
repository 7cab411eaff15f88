package io.moka.proxy.policy.nftables;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.kernel.Tools;
import io.moka.proxy.policy.World;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A node and the pods of a [World] that run on it, all network namespaces, laid out as the network plugin lays them out: a bridge, a cable for each
/// pod, addresses that stand alone. Beside it another node, `outside`, at the address 192.0.2.1.
final class PodNetwork implements AutoCloseable {

    static final String NODE = "192.0.2.2";
    static final String OUTSIDE = "192.0.2.1";

    private final String prefix = "moka-policy-" + ProcessHandle.current().pid() + "-" + System.nanoTime() % 100_000 + "-";
    private final List<String> namespaces = new ArrayList<>();
    private final Map<String, NamespaceThread> threads = new LinkedHashMap<>();

    PodNetwork(World world) throws Exception {
        try {
            build(world.pods.stream().filter(pod -> World.HERE.equals(pod.getSpec().getNodeName()) && !Boolean.TRUE.equals(pod.getSpec().getHostNetwork())
                    && pod.getStatus().getPhase().equals("Running")).toList());
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private void build(List<Pod> pods) throws Exception {
        add("node");
        add("outside");
        batch("node", "link add br0 type bridge", "addr add 10.244.0.1/24 dev br0", "addr add fd00::1/64 dev br0 nodad", "link set br0 up",
                "link add out type veth peer name eth0 netns " + namespace("outside"), "addr add " + NODE + "/24 dev out", "link set out up");
        batch("outside", "addr add " + OUTSIDE + "/24 dev eth0", "link set eth0 up", "route add default via " + NODE);
        run("node", "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding; echo 0 > /proc/sys/net/ipv4/conf/all/send_redirects");
        for (var pod : pods) {
            var name = name(pod);
            add(name);
            var ips = pod.getStatus().getPodIPs();
            int number = namespaces.size();
            batch("node", "link add veth" + number + " type veth peer name eth0 netns " + namespace(name), "link set veth" + number + " master br0 up",
                    "link set dev veth" + number + " type bridge_slave hairpin on");
            batch(name, "addr add " + ips.getFirst().getIp() + "/32 dev eth0", "addr add " + ips.getLast().getIp() + "/128 dev eth0 nodad", "link set eth0 up",
                    "route add 10.244.0.1 dev eth0 scope link", "route add default via 10.244.0.1 dev eth0",
                    "route add fd00::1/128 dev eth0", "route add default via fd00::1 dev eth0");
        }
    }

    private static String name(Pod pod) {
        return ObjectKey.of(pod).toString().replace('/', '-');
    }

    private void add(String name) throws Exception {
        require(Tools.HERE, List.of("ip", "netns", "add", namespace(name)), "");
        namespaces.add(namespace(name));
        batch(name, "link set lo up");
        threads.put(name, new NamespaceThread(namespace(name)));
    }

    String namespace(String name) {
        return prefix + name;
    }

    /// The thread inside of a pod, named as in `x/a`, or of `node` or `outside`.
    NamespaceThread inside(String name) {
        var thread = threads.get(name.replace('/', '-'));
        if (thread == null) {
            throw new IllegalArgumentException(name);
        }
        return thread;
    }

    /// The tools inside of a namespace.
    Tools tools(String name) {
        return new Tools(List.of("ip", "netns", "exec", namespace(name.replace('/', '-'))));
    }

    String run(String name, String... command) throws IOException {
        return require(tools(name), List.of(command), "");
    }

    private void batch(String name, String... lines) throws IOException {
        require(Tools.HERE, List.of("ip", "-n", namespace(name), "-batch", "-"), String.join("\n", lines) + "\n");
    }

    private static String require(Tools tools, List<String> command, String input) throws IOException {
        var result = tools.run(command, input);
        if (result.status() != 0) {
            throw new IOException(String.join(" ", command) + ": " + result.output() + " (the test needs root, iproute2, nftables)");
        }
        return result.output();
    }

    @Override
    public void close() throws IOException {
        threads.values().forEach(NamespaceThread::close);
        for (var namespace : namespaces) {
            require(Tools.HERE, List.of("ip", "netns", "delete", namespace), "");
        }
    }
}
