package io.moka.e2e;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Any process may be killed at any moment: it is back within seconds, and nothing is lost.
class KilledProcessesTest {

    private static final String NAMESPACE = "killed";
    private static final TestCluster CLUSTER = TestCluster.shared();
    private static final String MANIFEST = UpstreamKubectlTest.MANIFEST;

    @BeforeAll
    static void apply() {
        CLUSTER.kubectl("create", "namespace", NAMESPACE).ok();
        CLUSTER.kubectlWithInput(MANIFEST, "apply", "-n", NAMESPACE, "-f", "-").ok();
        CLUSTER.kubectl("rollout", "status", "-n", NAMESPACE, "deployment/web", "--timeout=90s").ok();
    }

    @AfterAll
    static void delete() {
        CLUSTER.kubectl("delete", "namespace", NAMESPACE).ok();
    }

    @ParameterizedTest
    @ValueSource(strings = {"scheduler", "controllers", "kubelet", "proxy", "apiserver", "etcd"})
    void aRollingUpdateSurvivesTheDeathOf(String component) {
        CLUSTER.kubectl("create", "configmap", "witness-" + component, "-n", NAMESPACE).ok();
        CLUSTER.kubectl("patch", "deployment", "web", "-n", NAMESPACE, "-p",
                "{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"killed\":\"" + component + "\"}}}}}").ok();
        long victim = CLUSTER.pid(component);
        Shell.run("kill", "-9", Long.toString(victim)).ok();
        Shell.await(component + " back", Duration.ofSeconds(5), () -> Long.toString(CLUSTER.pid(component)), pid -> !pid.equals(Long.toString(victim)));
        Shell.await(component + " healthy", Duration.ofSeconds(10), () -> CLUSTER.status(component), line -> line.contains(" ok ") && !line.contains(Long.toString(victim)));
        Shell.await("the update", Duration.ofSeconds(90), () -> CLUSTER.kubectl("rollout", "status", "-n", NAMESPACE, "deployment/web", "--timeout=60s").out(),
                out -> out.contains("successfully rolled out"));
        CLUSTER.kubectl("get", "configmap", "witness-" + component, "-n", NAMESPACE).ok();
        Shell.await("two pods, no more", Duration.ofSeconds(30),
                () -> CLUSTER.kubectl("get", "pods", "-n", NAMESPACE, "--no-headers").out(), out -> out.lines().count() == 2);
        Shell.await("one sandbox and one container for each pod and no other", Duration.ofSeconds(30), KilledProcessesTest::containers, there -> there.equals(containersWanted()));
    }

    /// The running containers by the uid of their pod and their kind, as the API's pods have it.
    private static String containersWanted() {
        return CLUSTER.kubectl("get", "pods", "-n", NAMESPACE, "-o", "jsonpath={range .items[*]}{.metadata.uid}{\"\\n\"}{end}").ok().lines()
                .flatMap(uid -> Stream.of(uid + " container", uid + " podsandbox")).sorted().collect(Collectors.joining("\n"));
    }

    private static String containers() {
        return Shell.run("docker", "ps", "--filter", "label=io.kubernetes.pod.namespace=" + NAMESPACE, "--format",
                "{{.Label \"io.kubernetes.pod.uid\"}} {{.Label \"io.kubernetes.docker.type\"}}").ok().lines().sorted().collect(Collectors.joining("\n"));
    }
}
