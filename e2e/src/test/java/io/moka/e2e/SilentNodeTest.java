package io.moka.e2e;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A kubelet that is silent for longer than the node controller's grace period: its node is tainted and its pods are marked as not
/// ready. When it works again, the taint goes and the same pods are ready.
class SilentNodeTest {

    private static final TestCluster CLUSTER = TestCluster.shared();

    private static String node() {
        return CLUSTER.kubectl("get", "nodes", "-o",
                "jsonpath={.items[0].status.conditions[?(@.type==\"Ready\")].status} {.items[0].spec.taints[*].key}").out();
    }

    private static String pods() {
        return CLUSTER.kubectl("get", "pods", "-l", "app=silent", "-o", "jsonpath={.items[*].status.conditions[?(@.type==\"Ready\")].status}").out();
    }

    @Test
    void aSilentNodeIsTaintedAndServesAgainAfterwards() {
        CLUSTER.kubectl("create", "deployment", "silent", "--image=busybox:1.36", "--replicas=2", "--", "sleep", "600").ok();
        Shell.await("pods", Duration.ofSeconds(60), SilentNodeTest::pods, seen -> seen.strip().equals("True True"));
        var kubelet = Long.toString(CLUSTER.pid("kubelet"));
        Shell.run("kill", "-STOP", kubelet).ok();
        try {
            Shell.await("the taint", Duration.ofSeconds(70), SilentNodeTest::node,
                    seen -> seen.startsWith("Unknown") && seen.contains("node.kubernetes.io/unreachable"));
        } finally {
            Shell.run("kill", "-CONT", kubelet).ok();
        }
        Shell.await("a ready node", Duration.ofSeconds(40), SilentNodeTest::node, seen -> seen.strip().equals("True"));
        Shell.await("ready pods", Duration.ofSeconds(60), SilentNodeTest::pods, seen -> seen.strip().equals("True True"));
        CLUSTER.kubectl("delete", "deployment", "silent", "--wait=false").ok();
    }
}
