package io.moka.e2e.faults;

import io.moka.e2e.Shell;
import io.moka.e2e.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Injects a fault and ends it.
final class Injector {

    private static final Duration CONNECTED = Duration.ofSeconds(30);
    private static final Pattern LOCAL_PORT = Pattern.compile("^\\S+\\s+\\S+\\s+\\S+:(\\d+)\\s");

    private final Path cluster;
    private final Path engine;
    private final String table;

    Injector(TestCluster cluster) {
        this.cluster = cluster.folder();
        this.engine = cluster.folder().resolveSibling(".engine");
        this.table = "moka-" + cluster.name();
    }

    /// Whether the Docker engine is one that `moka up` has started.
    boolean ownsEngine() {
        return Files.exists(engine.resolve("dockerd.pid"));
    }

    /// Injects the fault and returns when it is over.
    void inject(Fault fault) {
        switch (fault) {
            case Fault.Kill(var victim) -> signal("KILL", victim);
            case Fault.Freeze(var victim, var time) -> {
                var pid = pid(victim);
                Shell.run("kill", "-s", "STOP", pid).ok();
                pass(time);
                Shell.run("kill", "-s", "CONT", pid);
            }
            case Fault.DeadConnections(var client, var server, var time) -> cut(client, server, time);
            case Fault.ClockJump(var offset, var time) -> {
                jump(offset);
                pass(time);
                jump(offset.negated());
            }
        }
    }

    private void signal(String signal, Victim victim) {
        Shell.run("kill", "-s", signal, pid(victim)).ok();
    }

    String pid(Victim victim) {
        var file = (victim.isEngine() ? engine : cluster.resolve("run")).resolve(victim.pidFile());
        return Shell.await("the pid of the " + victim, Duration.ofSeconds(30), () -> read(file), text -> text.matches("\\d+"));
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file).strip() : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Drops the packets of the connections that are open now; new ones work.
    private void cut(Victim client, Victim server, Duration time) {
        var set = Shell.await("a connection of the " + client + " to the " + server, CONNECTED, () -> openPorts(pid(client), pid(server)), ports -> !ports.isEmpty());
        var rules = """
                table inet %s {
                    chain in {
                        type filter hook input priority -400;
                        tcp sport { %s } drop
                        tcp dport { %s } drop
                    }
                }
                """.formatted(table, set, set);
        Shell.run("sh", "-c", "printf '%s' '" + rules + "' | nft -f -").ok();
        try {
            pass(time);
        } finally {
            Shell.run("nft", "delete", "table", "inet", table).ok();
        }
    }

    /// Returns the local ports of the client's connections to a port on which the server listens, with commas between them.
    private static String openPorts(String client, String server) {
        var listening = lines("ss -tlnpH", "pid=" + server + ",").map(line -> line.replaceAll("^\\S+\\s+\\S+\\s+\\S+\\s+\\S*:(\\d+)\\s.*", "$1")).collect(Collectors.toSet());
        return lines("ss -tnpH state established", "pid=" + client + ",")
                .filter(line -> listening.contains(line.strip().split("\\s+")[3].replaceAll(".*:", "")))
                .map(line -> {
                    var port = LOCAL_PORT.matcher(line);
                    return port.find() ? port.group(1) : "";
                }).filter(port -> !port.isEmpty()).collect(Collectors.joining(", "));
    }

    private static java.util.stream.Stream<String> lines(String command, String mention) {
        return Shell.run(command.split(" ")).ok().lines().filter(line -> line.contains(mention));
    }

    private static void jump(Duration offset) {
        Shell.run("sh", "-c", "date -s @$(($(date +%s) + " + offset.toSeconds() + "))").ok();
    }

    private static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        Shell.await("the fault's end", time.plusSeconds(30), () -> Long.toString(System.nanoTime()), now -> Long.parseLong(now) >= end);
    }
}
