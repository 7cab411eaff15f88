package io.moka.e2e;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A kubelet that says nothing for 40 s: its node is marked and tainted; when it speaks again, both go.
class SilentNodeTest {

    private static final TestCluster CLUSTER = TestCluster.shared();

    private static String node() {
        return CLUSTER.kubectl("get", "nodes", "-o",
                "jsonpath={.items[0].status.conditions[?(@.type==\"Ready\")].status} {.items[0].spec.taints[*].key}").out();
    }

    @Test
    void aSilentNodeIsTaintedUntilItSpeaksAgain() {
        var kubelet = Long.toString(CLUSTER.pid("kubelet"));
        Shell.run("kill", "-STOP", kubelet).ok();
        try {
            Shell.await("the taint", Duration.ofSeconds(70), SilentNodeTest::node,
                    seen -> seen.startsWith("Unknown") && seen.contains("node.kubernetes.io/unreachable"));
        } finally {
            Shell.run("kill", "-CONT", kubelet).ok();
        }
        Shell.await("a ready node", Duration.ofSeconds(40), SilentNodeTest::node, seen -> seen.strip().equals("True"));
    }
}
