package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Runs every example without changes.
class ExamplesTest {

    private static final String NAMESPACE = "examples";
    private static final TestCluster CLUSTER = TestCluster.shared();

    @BeforeAll
    static void apply() {
        CLUSTER.lite("create", "namespace", NAMESPACE).ok();
        CLUSTER.lite("apply", "-n", NAMESPACE, "-f", "examples/sidecar.yaml").ok();
        CLUSTER.lite("apply", "-n", NAMESPACE, "-f", "examples/config.yaml").ok();
        CLUSTER.lite("apply", "-n", NAMESPACE, "-f", "examples/probes.yaml").ok();
    }

    @AfterAll
    static void delete() {
        CLUSTER.lite("delete", "namespace", NAMESPACE).ok();
    }

    private static void awaitReady(String pod) {
        Shell.await(pod + " ready", Duration.ofSeconds(30), () -> CLUSTER.kubectl("get", "-n", NAMESPACE, "pod", pod, "-o",
                "jsonpath={.status.conditions[?(@.type==\"Ready\")].status}").out(), "True"::equals);
    }

    @Test
    void theSidecarReadsWhatTheOtherWrites() {
        awaitReady("sidecar");
        Shell.await("lines", Duration.ofSeconds(10), () -> CLUSTER.lite("logs", "-n", NAMESPACE, "sidecar", "-c", "reader", "--tail", "2").out(),
                out -> out.lines().count() == 2);
    }

    @Test
    void configurationComesAsVariablesAndAsFiles() {
        awaitReady("config");
        assertEquals("good morning, moka", CLUSTER.lite("logs", "-n", NAMESPACE, "config").ok().strip());
        var files = CLUSTER.lite("exec", "-n", NAMESPACE, "config", "--", "cat", "/etc/settings/colour", "/etc/credentials/password", "/etc/about/name").ok();
        assertEquals("blueswordfishconfig", files);
        var mode = CLUSTER.lite("exec", "-n", NAMESPACE, "config", "--", "stat", "-L", "-c", "%a", "/etc/credentials/password").ok();
        assertEquals("400", mode.strip());
    }

    @Test
    void aChangedConfigMapReachesTheFilesOfARunningPod() {
        awaitReady("config");
        CLUSTER.kubectl("patch", "-n", NAMESPACE, "configmap", "settings", "--type=merge", "-p", "{\"data\":{\"mood\":\"sunny\"}}").ok();
        Shell.await("the new key", Duration.ofSeconds(90),
                () -> CLUSTER.lite("exec", "-n", NAMESPACE, "config", "--", "cat", "/etc/settings/mood").out(), "sunny"::equals);
    }

    @Test
    void theExitStatusOfAnExecIsTheCommandsOwn() {
        awaitReady("config");
        assertEquals(3, CLUSTER.lite("exec", "-n", NAMESPACE, "config", "--", "sh", "-c", "exit 3").status());
    }

    @Test
    void aFailingLivenessProbeRestartsTheContainer() {
        awaitReady("probes");
        Shell.await("a restart", Duration.ofSeconds(60), () -> CLUSTER.kubectl("get", "-n", NAMESPACE, "pod", "probes", "-o",
                "jsonpath={.status.containerStatuses[0].restartCount}").out(), count -> !count.equals("0") && !count.isEmpty());
        assertTrue(CLUSTER.lite("describe", "-n", NAMESPACE, "pod", "probes").ok().contains("Liveness probe failed"));
    }
}
