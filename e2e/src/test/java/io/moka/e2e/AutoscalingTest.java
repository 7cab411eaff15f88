package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The example of an autoscaler, on real metrics, and upstream's `top` beside it.
class AutoscalingTest {

    private static final String NAMESPACE = "autoscaling";
    private static final Duration PATIENCE = Duration.ofSeconds(240);
    private static final TestCluster CLUSTER = TestCluster.shared();

    @BeforeAll
    static void apply() {
        CLUSTER.kubectl("create", "namespace", NAMESPACE).ok();
        CLUSTER.kubectl("apply", "-n", NAMESPACE, "-f", "examples/autoscaler.yaml").ok();
    }

    @AfterAll
    static void delete() {
        CLUSTER.kubectl("delete", "namespace", NAMESPACE).ok();
    }

    /// The autoscaler decides every 15 s on metrics that are up to 25 s old. The ConfigMap stops pods that start later, too.
    @Test
    @Timeout(800)
    void aLoadScalesUpAndItsEndDown() {
        Shell.await("the pod's metrics", PATIENCE, () -> top("pods", "-n", NAMESPACE), rows -> rows.contains("burner-"));
        Shell.await("four replicas", PATIENCE, AutoscalingTest::replicas, "4"::equals);
        assertTrue(condition("ScalingActive").startsWith("True ValidMetricFound"), condition("ScalingActive"));

        CLUSTER.kubectl("patch", "configmap", "burner", "-n", NAMESPACE, "-p", "{\"data\": {\"load\": \"off\"}}").ok();
        Shell.await("one replica", PATIENCE, AutoscalingTest::replicas, "1"::equals);
        assertTrue(CLUSTER.kubectl("get", "events", "-n", NAMESPACE).ok().contains("New size: 1; reason: All metrics below target"));
    }

    @Test
    void topShowsNodesAndContainers() {
        Shell.await("the pod's metrics", PATIENCE, () -> top("pods", "-n", NAMESPACE, "--containers"), rows -> rows.contains("burner-") && rows.contains(" main "));
        var nodes = top("nodes");
        assertTrue(nodes.lines().skip(1).allMatch(line -> line.matches("\\S+ +\\d+m +\\d+% +\\d+Mi +\\d+% *")), nodes);
        var lite = CLUSTER.lite("top", "pods", "-n", NAMESPACE, "--sum").ok();
        assertEquals("NAME", lite.lines().findFirst().orElse("").split(" ")[0], lite);
        assertTrue(lite.lines().skip(1).findFirst().orElse("").matches("burner-\\S+ +\\d+m +\\d+Mi *"), lite);
    }

    private static String top(String... words) {
        var command = new String[words.length + 1];
        command[0] = "top";
        System.arraycopy(words, 0, command, 1, words.length);
        return CLUSTER.kubectl(command).out();
    }

    private static String replicas() {
        return CLUSTER.kubectl("get", "deployment", "burner", "-n", NAMESPACE, "-o", "jsonpath={.status.readyReplicas}").ok();
    }

    private static String condition(String type) {
        return CLUSTER.kubectl("get", "hpa", "burner", "-n", NAMESPACE, "-o", "jsonpath={range .status.conditions[?(@.type==\"" + type + "\")]}{.status} {.reason}{end}").ok();
    }
}
