package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Upstream's own client with the everyday commands of its users.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UpstreamKubectlTest {

    private static final String NAMESPACE = "upstream";
    private static final TestCluster CLUSTER = TestCluster.shared();

    /// @param expected a piece of the output
    record Case(String command, String expected) {
    }

    static List<Case> reads() {
        return List.of(
                new Case("version", "Server Version: v1."),
                new Case("cluster-info", "Kubernetes control plane"),
                new Case("get nodes", "Ready"),
                new Case("get nodes -o wide", "INTERNAL-IP"),
                new Case("get all", "deployment.apps/web"),
                new Case("get pods -l app=web", "Running"),
                new Case("get pods --field-selector=status.phase=Running", "web-"),
                new Case("get deployment web -o jsonpath={.spec.replicas}", "2"),
                new Case("get events", "ScalingReplicaSet"),
                new Case("get deployment web -o yaml", "kind: Deployment"),
                new Case("describe deployment web", "NewReplicaSet"),
                new Case("describe pods", "kube-api-access"),
                new Case("describe node", "Allocated resources"),
                new Case("describe service web", "Endpoints:"),
                new Case("explain pod.spec.containers.image", "Container image name"),
                new Case("explain deployment", "FIELDS"),
                new Case("api-resources", "endpointslices"),
                new Case("api-versions", "apps/v1"),
                new Case("auth can-i create pods", "yes"),
                new Case("auth whoami", "kubernetes-admin"),
                new Case("rollout status deployment/web --timeout=60s", "successfully rolled out"),
                new Case("rollout history deployment/web", "REVISION"),
                new Case("wait --for=condition=Available deployment/web --timeout=60s", "condition met"),
                new Case("logs deployment/web", "serving"),
                new Case("top --help", "Display resource"),
                new Case("get --raw /readyz", "ok"),
                new Case("diff -f -", ""));
    }

    static final String MANIFEST = """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: web
                    image: busybox:1.36
                    command: [sh, -c, "echo serving; exec httpd -f -p 8080 -h /tmp"]
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: web
            spec:
              selector: {app: web}
              ports: [{port: 80, targetPort: 8080}]
            """;

    @BeforeAll
    static void apply() {
        CLUSTER.kubectl("create", "namespace", NAMESPACE).ok();
        CLUSTER.kubectl("config", "set-context", "--current", "--namespace=" + NAMESPACE).ok();
        CLUSTER.kubectlWithInput(MANIFEST, "apply", "-f", "-").ok();
        CLUSTER.kubectl("rollout", "status", "deployment/web", "--timeout=90s").ok();
    }

    @AfterAll
    static void delete() {
        CLUSTER.kubectl("config", "set-context", "--current", "--namespace=default").ok();
        CLUSTER.kubectl("delete", "namespace", NAMESPACE).ok();
    }

    @ParameterizedTest
    @MethodSource("reads")
    @Order(1)
    void reading(Case row) {
        var result = CLUSTER.kubectlWithInput(MANIFEST, row.command().split(" "));
        assertTrue(result.ok().contains(row.expected()), row.command() + " printed: " + result.out());
    }

    @Test
    @Order(2)
    void applyingTheSameAgainChangesNothing() {
        var out = CLUSTER.kubectlWithInput(MANIFEST, "apply", "-f", "-").ok();
        assertTrue(out.contains("deployment.apps/web unchanged") && out.contains("service/web unchanged"), out);
    }

    @Test
    @Order(3)
    void aScaledDeploymentGetsItsPods() {
        CLUSTER.kubectl("scale", "deployment/web", "--replicas=3").ok();
        CLUSTER.kubectl("wait", "--for=jsonpath={.status.readyReplicas}=3", "deployment/web", "--timeout=60s").ok();
    }

    @Test
    @Order(4)
    void editsByPatchLabelAndAnnotate() {
        CLUSTER.kubectl("patch", "deployment", "web", "-p", "{\"spec\":{\"template\":{\"metadata\":{\"labels\":{\"tier\":\"front\"}}}}}").ok();
        CLUSTER.kubectl("label", "deployment", "web", "owner=me").ok();
        CLUSTER.kubectl("annotate", "deployment", "web", "note=hello").ok();
        CLUSTER.kubectl("rollout", "status", "deployment/web", "--timeout=90s").ok();
        assertTrue(CLUSTER.kubectl("get", "pods", "-l", "tier=front", "--no-headers").ok().lines().count() >= 3);
    }

    @Test
    @Order(5)
    void aBrokenRolloutIsUndone() {
        CLUSTER.kubectl("set", "image", "deployment/web", "web=no-such-image:1").ok();
        Shell.await("the failing pull", Duration.ofSeconds(30), () -> CLUSTER.kubectl("get", "pods").out(),
                out -> out.contains("ErrImagePull") || out.contains("ImagePullBackOff"));
        CLUSTER.kubectl("rollout", "undo", "deployment/web").ok();
        CLUSTER.kubectl("rollout", "status", "deployment/web", "--timeout=90s").ok();
    }

    @Test
    @Order(6)
    void execRunsACommandWithItsInput() {
        var out = CLUSTER.kubectlWithInput("to the pod", "exec", "-i", "deployment/web", "--", "cat");
        assertTrue(out.ok().contains("to the pod"), out.out());
    }

    @Test
    @Order(6)
    void execWithATerminalSeesOne() {
        var command = "kubectl exec -it deployment/web -- tty";
        var out = Shell.run(Map.of("KUBECONFIG", CLUSTER.folder().resolve("kubeconfig").toString()),
                List.of("script", "-qec", command, "/dev/null"), "").ok();
        assertTrue(out.contains("/dev/"), out);
    }

    @Test
    @Order(6)
    void followedLogsEndWithThePod() {
        CLUSTER.kubectl("run", "talker", "--image=busybox:1.36", "--restart=Never", "--", "sh", "-c", "for i in 1 2 3; do echo line $i; sleep 0.3; done").ok();
        CLUSTER.kubectl("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/talker", "--timeout=30s").ok();
        assertTrue(CLUSTER.kubectl("logs", "-f", "talker").ok().contains("line 3"));
        CLUSTER.kubectl("delete", "pod", "talker").ok();
    }

    @Test
    @Order(7)
    void aCordonedNodeGetsNoPods() {
        var node = CLUSTER.kubectl("get", "nodes", "-o", "name").ok().strip();
        CLUSTER.kubectl("cordon", node).ok();
        CLUSTER.kubectl("run", "waiting", "--image=busybox:1.36", "--", "sleep", "600").ok();
        Shell.await("the reason", Duration.ofSeconds(10), () -> CLUSTER.kubectl("describe", "pod", "waiting").out(),
                out -> out.contains("0/1 nodes are available: 1 node(s) had untolerated taint") || out.contains("1 node(s) were unschedulable"));
        CLUSTER.kubectl("uncordon", node).ok();
        CLUSTER.kubectl("wait", "--for=condition=Ready", "pod/waiting", "--timeout=60s").ok();
        CLUSTER.kubectl("delete", "pod", "waiting", "--grace-period=1").ok();
    }

    @Test
    @Order(8)
    void deletingTheDeploymentTakesItsPodsAway() {
        CLUSTER.kubectl("delete", "deployment", "web").ok();
        Shell.await("no pods", Duration.ofSeconds(30), () -> CLUSTER.kubectl("get", "pods", "-l", "app=web").out(), out -> out.contains("No resources found"));
    }
}
