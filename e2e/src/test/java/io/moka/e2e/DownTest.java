package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// `moka down` leaves nothing of the cluster in the system; a cluster that is started again goes on where it was.
class DownTest {

    /// The names of everything that belongs to this cluster alone, read while it runs.
    ///
    /// @param pods the common prefix of its pods' addresses
    /// @param services the common prefix of its services' addresses
    /// @param namespaces the files that the pods' network namespaces are mounted at; Docker deletes the empty files a minute after the namespaces
    private record Own(String bridge, String pods, String services, List<String> namespaces) {

        static Own of(TestCluster cluster) {
            var containers = Shell.run("docker", "ps", "-q", "--filter", "label=io.moka.cluster=" + cluster.name()).ok().split("\\s+");
            var command = new ArrayList<>(List.of("docker", "inspect", "-f", "{{.NetworkSettings.SandboxKey}}"));
            command.addAll(List.of(containers));
            var namespaces = Shell.run(command.toArray(String[]::new)).ok().lines().filter(line -> !line.isBlank()).toList();
            return new Own(setting(cluster, "bridge"), setting(cluster, "podCidr").replaceAll("0\\.0/16$", ""), setting(cluster, "serviceCidr").replaceAll("0\\.0/16$", ""), namespaces);
        }
    }

    /// Returns the remains of this cluster on the machine, by kind. It looks for this cluster's names only, as other clusters may come and go beside it.
    private static Map<String, String> traces(TestCluster cluster, Own own) {
        var bridge = own.bridge;
        var traces = new TreeMap<String, String>();
        traces.put("links", lines("ip -o link", bridge));
        traces.put("routes", lines("ip route show table all", bridge));
        traces.put("tables", lines("nft list tables", bridge) + lines("nft list tables", "-" + cluster.name()));
        traces.put("connections of services", lines("conntrack -L", "=" + own.services) + lines("conntrack -L", "=" + own.pods));
        traces.put("addresses", lines("ip -o addr", " " + own.pods));
        traces.put("network namespaces", own.namespaces.stream().map(file -> lines("cat /proc/mounts", Path.of(file).getFileName().toString())).collect(Collectors.joining()));
        traces.put("containers", Shell.run("docker", "ps", "-aq", "--filter", "label=io.moka.cluster=" + cluster.name()).ok());
        traces.put("processes", lines("ps -eo args", cluster.folder() + "/run"));
        traces.put("mounts", lines("cat /proc/mounts", cluster.folder() + "/"));
        return traces;
    }

    private static String lines(String command, String mention) {
        var found = new StringBuilder();
        Shell.run(command.split(" ")).ok().lines().filter(line -> line.contains(mention) && !line.contains("surefire")).forEach(line -> found.append(line).append('\n'));
        return found.toString();
    }

    private static String setting(TestCluster cluster, String name) {
        return Shell.run("sed", "-n", "s/.*\"" + name + "\" : \"\\([^\"]*\\)\".*/\\1/p", cluster.folder().resolve("cluster.json").toString()).ok().strip();
    }

    /// Kills both copies of a component's supervising script; the component runs on as an orphan.
    private static void killSupervisor(TestCluster cluster, String component) {
        var file = cluster.folder().resolve("run").resolve(component + ".supervisor");
        var scripts = "ps -eo pid,args | grep -F " + cluster.folder() + "/run/" + component + ".pid | grep -v grep | awk '{print $1}'";
        Shell.run("sh", "-c", scripts + " | xargs kill -9").ok();
        Shell.await("no supervisor", Duration.ofSeconds(30), () -> Shell.run("sh", "-c", "grep -sc supervise /proc/$(cat " + file + ")/cmdline").out().strip(),
                count -> count.isEmpty() || count.equals("0"));
    }

    @Test
    void downLeavesNothingAndUpGoesOn() {
        TestCluster.shared();
        var cluster = new TestCluster("e2e-down", 27_000);
        cluster.down();
        cluster.up();
        cluster.kubectl("create", "configmap", "kept", "--from-literal=a=b").ok();
        cluster.kubectl("create", "deployment", "some", "--image=busybox:1.36", "--replicas=2", "--", "sleep", "600").ok();
        cluster.kubectl("rollout", "status", "deployment/some", "--timeout=60s").ok();
        cluster.kubectl("expose", "deployment/some", "--port=80").ok();
        var own = Own.of(cluster);
        traces(cluster, own).forEach((kind, lines) -> assertFalse(lines.isEmpty(), "a running cluster has " + kind));
        killSupervisor(cluster, "proxy");
        assertTrue(cluster.status("proxy").contains("not supervised"), cluster.status("proxy"));
        long orphan = cluster.pid("proxy");
        cluster.up();
        assertTrue(cluster.status("proxy").contains(" ok "), "a supervisor watches it again: " + cluster.status("proxy"));
        assertEquals(orphan, cluster.pid("proxy"), "it was not replaced by a rival");
        killSupervisor(cluster, "controllers");
        Shell.run("bin/moka", "down", "--name", cluster.name()).ok();
        traces(cluster, own).forEach((kind, lines) -> assertEquals("", lines, kind));
        cluster.up();
        assertEquals("b", cluster.kubectl("get", "configmap", "kept", "-o", "jsonpath={.data.a}").ok());
        cluster.kubectl("rollout", "status", "deployment/some", "--timeout=60s").ok();
        // a flag that the kubelet refuses does not keep the cluster on the machine
        Shell.run("sed", "-i", "s/\"kubeletArguments\" : .*/\"kubeletArguments\" : [ \"--no-such-flag\" ]/", cluster.folder().resolve("cluster.json").toString()).ok();
        cluster.down();
        traces(cluster, own).forEach((kind, lines) -> assertEquals("", lines, kind));
        assertEquals(List.of(), Shell.run("sh", "-c", "ls " + cluster.folder() + " 2>/dev/null || true").ok().lines().toList());
    }
}
