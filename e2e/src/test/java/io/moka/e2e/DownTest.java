package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// `moka down` leaves nothing of the cluster in the system; a cluster that is started again goes on where it was.
class DownTest {

    /// What of this cluster is in the machine, by kind. Other clusters may come and go beside it, so only its own names count.
    private static Map<String, String> traces(TestCluster cluster, String bridge) {
        var traces = new TreeMap<String, String>();
        traces.put("links", lines("ip -o link", bridge));
        traces.put("routes", lines("ip route show table all", bridge));
        traces.put("tables", lines("nft list tables", bridge) + lines("nft list tables", "moka-proxy-" + cluster.name()));
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

    private static String bridgeOf(TestCluster cluster) {
        return Shell.run("sed", "-n", "s/.*\"bridge\" : \"\\([^\"]*\\)\".*/\\1/p", cluster.folder().resolve("cluster.json").toString()).ok().strip();
    }

    @Test
    void downLeavesNothingAndUpGoesOn() {
        TestCluster.shared();
        var cluster = new TestCluster("e2e-down", 22_100);
        cluster.down();
        cluster.up();
        cluster.kubectl("create", "configmap", "kept", "--from-literal=a=b").ok();
        cluster.kubectl("create", "deployment", "some", "--image=busybox:1.36", "--replicas=2", "--", "sleep", "600").ok();
        cluster.kubectl("rollout", "status", "deployment/some", "--timeout=60s").ok();
        var bridge = bridgeOf(cluster);
        traces(cluster, bridge).forEach((kind, lines) -> assertFalse(lines.isEmpty(), "a running cluster has " + kind));
        Shell.run("bin/moka", "down", "--name", cluster.name()).ok();
        traces(cluster, bridge).forEach((kind, lines) -> assertEquals("", lines, kind));
        cluster.up();
        assertEquals("b", cluster.kubectl("get", "configmap", "kept", "-o", "jsonpath={.data.a}").ok());
        cluster.kubectl("rollout", "status", "deployment/some", "--timeout=60s").ok();
        cluster.down();
        traces(cluster, bridge).forEach((kind, lines) -> assertEquals("", lines, kind));
        assertEquals(List.of(), Shell.run("sh", "-c", "ls " + cluster.folder() + " 2>/dev/null || true").ok().lines().toList());
    }
}
