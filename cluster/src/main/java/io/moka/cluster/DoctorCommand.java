package io.moka.cluster;

import io.moka.machinery.net.HostAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// The command `moka doctor`: checks the machine and reports missing prerequisites of a cluster.
@Command(name = "doctor", mixinStandardHelpOptions = true, description = "Check the machine.")
final class DoctorCommand implements Callable<Integer> {

    private static final long ENOUGH_DISK_BYTES = 2L << 30;
    private static final long ENOUGH_MEMORY_KIBIBYTES = 1_500_000;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    private int problems;

    @Override
    public Integer call() throws Exception {
        var layout = cluster.layout();
        check("root", "root".equals(System.getProperty("user.name")), "", "run bin/moka as root");
        check("Java", Runtime.version().feature() == 25, Runtime.version().toString(), "install a JDK 25");
        Packages.programs().forEach((program, name) -> check(program, Packages.isThere(program), "", "apt-get install " + name + " (bin/moka up does it)"));
        check("Docker engine", true, Engine.answers() ? "answers on " + Engine.SOCKET : "none answers; bin/moka up starts one", "");
        check("control groups", Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers")) || Files.exists(Path.of("/sys/fs/cgroup/memory")),
                Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers")) ? "v2" : "v1", "mount the control groups");
        check("memory", memoryKibibytes() > ENOUGH_MEMORY_KIBIBYTES, memoryKibibytes() / 1024 + " MiB", "a cluster needs about 1 GiB");
        var disk = existing(layout.stateDir()).toFile().getUsableSpace();
        check("disk", disk > ENOUGH_DISK_BYTES, (disk >> 20) + " MiB free", "free some space below " + layout.stateDir());
        var address = HostAddress.find();
        check("address", address != null, String.valueOf(address), "the machine has no IPv4 address but loopback (ip addr add ...)");
        ports(layout);
        System.out.println(problems == 0 ? "All is well." : problems + " to mend.");
        return problems == 0 ? 0 : 1;
    }

    private void ports(Layout layout) throws IOException {
        var settings = Settings.read(layout);
        var ports = settings == null ? Ports.USUAL : settings.ports();
        boolean running = Supervised.of(layout, Instance.ofControlPlane(Component.APISERVER)).supervisor().isPresent();
        var lent = Files.readAllLines(Path.of("/proc/sys/net/ipv4/ip_local_port_range")).getFirst().strip().split("\\s+");
        check("ports", ports.byName().values().stream().noneMatch(port -> port >= Integer.parseInt(lent[0]) && port <= Integer.parseInt(lent[1])), "apart from those of connections",
                "connections get ports from " + lent[0] + " to " + lent[1] + ", and may take one of the cluster's while its process restarts; use --port-base");
        ports.byName().forEach((name, port) ->
                check("port " + port, running || isFree(port), name + (running ? " (in use by the cluster)" : ""), "another program listens there; use --port-base"));
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Path existing(Path folder) {
        return Files.exists(folder) || folder.getParent() == null ? folder : existing(folder.getParent());
    }

    private static long memoryKibibytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/meminfo")).stream().filter(line -> line.startsWith("MemAvailable"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).sum();
    }

    private void check(String what, boolean good, String detail, String remedy) {
        problems += good ? 0 : 1;
        System.out.printf("%-4s %-18s %s%n", good ? "ok" : "BAD", what, good ? detail : remedy);
    }
}
