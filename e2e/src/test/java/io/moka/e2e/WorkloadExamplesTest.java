package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Runs the example of each kind of workload on a real node and checks the result with upstream's kubectl.
class WorkloadExamplesTest {

    private static final String NAMESPACE = "workloads";
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final TestCluster CLUSTER = TestCluster.shared();

    @BeforeAll
    static void apply() {
        CLUSTER.lite("create", "namespace", NAMESPACE).ok();
        for (var kind : List.of("replicationcontroller", "replicaset", "deployment", "statefulset", "daemonset", "job", "job-indexed", "cronjob", "poddisruptionbudget")) {
            CLUSTER.lite("apply", "-n", NAMESPACE, "-f", "examples/" + kind + ".yaml").ok();
        }
    }

    @AfterAll
    static void delete() {
        CLUSTER.lite("delete", "namespace", NAMESPACE).ok();
    }

    private static String value(String object, String path) {
        return CLUSTER.kubectl("get", "-n", NAMESPACE, object, "-o", "jsonpath={" + path + "}").out();
    }

    private static void await(String object, String path, String wanted) {
        Shell.await(object + " " + path + " = " + wanted, PATIENCE, () -> value(object, path), wanted::equals);
    }

    private static void rolledOut(String object) {
        var status = CLUSTER.kubectl("rollout", "status", "-n", NAMESPACE, object, "--timeout=120s");
        assertEquals(0, status.status(), status.out());
    }

    @Test
    void replicaSetAndReplicationControllerHaveTheirPods() {
        await("rs/rs", ".status.readyReplicas", "3");
        await("rc/rc", ".status.readyReplicas", "3");
    }

    @Test
    void statefulSetIsRolledOutAndBack() {
        rolledOut("statefulset/db");
        var pods = CLUSTER.kubectl("get", "-n", NAMESPACE, "pods", "-o", "name").ok();
        assertTrue(List.of("pod/db-0", "pod/db-1", "pod/db-2").stream().allMatch(pod -> pods.lines().anyMatch(pod::equals)), pods);
        CLUSTER.kubectl("rollout", "restart", "-n", NAMESPACE, "statefulset/db").ok();
        rolledOut("statefulset/db");
        assertEquals(2, CLUSTER.kubectl("rollout", "history", "-n", NAMESPACE, "statefulset/db").ok().lines().filter(line -> line.matches("[0-9]+ .*")).count());
        CLUSTER.kubectl("rollout", "undo", "-n", NAMESPACE, "statefulset/db").ok();
        rolledOut("statefulset/db");
    }

    @Test
    void daemonSetRunsOnEachNodeAndIsRolledBack() {
        rolledOut("daemonset/agent");
        assertEquals(value("daemonset/agent", ".status.desiredNumberScheduled"), value("daemonset/agent", ".status.numberReady"));
        CLUSTER.kubectl("rollout", "restart", "-n", NAMESPACE, "daemonset/agent").ok();
        rolledOut("daemonset/agent");
        CLUSTER.kubectl("rollout", "undo", "-n", NAMESPACE, "daemonset/agent").ok();
        rolledOut("daemonset/agent");
    }

    @Test
    void jobsCompleteAndCronJobsMakeJobs() {
        await("job/work", ".status.succeeded", "6");
        CLUSTER.kubectl("create", "job", "-n", NAMESPACE, "by-hand", "--from=cronjob/clock").ok();
        await("job/by-hand", ".status.succeeded", "1");
        Shell.await("the indexed job has failed", PATIENCE, () -> value("job/shards", ".status.conditions[*].type"), types -> types.endsWith("Failed"));
        assertEquals("0-2,4 3", value("job/shards", ".status.completedIndexes") + " " + value("job/shards", ".status.failedIndexes"));
    }

    @Test
    void budgetFollowsItsDeployment() {
        rolledOut("deployment/guarded");
        await("pdb/guarded", ".status.disruptionsAllowed", "1");
        CLUSTER.kubectl("scale", "-n", NAMESPACE, "deployment/guarded", "--replicas=2").ok();
        await("pdb/guarded", ".status.disruptionsAllowed", "0");
    }

    @Test
    void deploymentIsRolledOut() {
        rolledOut("deployment/shop");
    }
}
