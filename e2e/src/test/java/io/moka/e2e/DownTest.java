package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/// `moka down` leaves the machine as it was; a cluster that is started again goes on where it was.
class DownTest {

    /// What of the machine a cluster touches, with what changes by itself (counters, times) left out.
    private static String machine() {
        return String.join("\n", List.of(
                Shell.run("ip", "-o", "link").ok().replaceAll("(?m)^\\d+: ", "").replaceAll("(qlen \\d+|promiscuity \\d+)", ""),
                Shell.run("ip", "netns").ok(),
                Shell.run("ip", "route").ok(),
                Shell.run("nft", "list", "ruleset").ok().replaceAll("(packets|bytes) \\d+", ""),
                Shell.run("docker", "ps", "-a", "--format", "{{.ID}}").out(),
                Shell.run("sh", "-c", "ps -eo args | grep -E 'io[.]moka|[e]tcd --name|/[s]upervise' | grep -v surefire | sort").out()));
    }

    @Test
    void downLeavesNothingAndUpGoesOn() {
        TestCluster.shared();
        var cluster = new TestCluster("e2e-down", 22_100);
        cluster.down();
        var before = machine();
        cluster.up();
        cluster.kubectl("create", "configmap", "kept", "--from-literal=a=b").ok();
        cluster.kubectl("create", "deployment", "some", "--image=busybox:1.36", "--replicas=2", "--", "sleep", "600").ok();
        cluster.kubectl("rollout", "status", "deployment/some", "--timeout=60s").ok();
        Shell.run("bin/moka", "down", "--name", cluster.name()).ok();
        assertEquals(before, machine());
        cluster.up();
        assertEquals("b", cluster.kubectl("get", "configmap", "kept", "-o", "jsonpath={.data.a}").ok());
        cluster.kubectl("rollout", "status", "deployment/some", "--timeout=60s").ok();
        cluster.down();
        assertEquals(before, machine());
    }
}
