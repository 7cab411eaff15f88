package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `kubectl-lite path` on a running cluster: the apiserver authorises the request, the node's proxy answers it.
class PathTest {

    private static final String NAMESPACE = "paths";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final TestCluster CLUSTER = TestCluster.shared();

    @BeforeAll
    static void apply() {
        CLUSTER.createNamespace(NAMESPACE);
        for (var name : new String[] {"web", "client"}) {
            CLUSTER.kubectl("run", name, "-n", NAMESPACE, "--image=busybox:1.36", "--labels=app=" + name, "--", "httpd", "-f", "-p", "8080").ok();
        }
        CLUSTER.kubectl("expose", "pod", "web", "-n", NAMESPACE, "--port=80", "--target-port=8080").ok();
        CLUSTER.kubectl("wait", "-n", NAMESPACE, "--for=condition=Ready", "pod", "--all", "--timeout=60s").ok();
    }

    @AfterAll
    static void delete() {
        CLUSTER.kubectl("delete", "namespace", NAMESPACE, "--wait=false").ok();
    }

    private static String path(String... arguments) {
        var command = new String[arguments.length + 3];
        System.arraycopy(new String[] {"path", "-n", NAMESPACE}, 0, command, 0, 3);
        System.arraycopy(arguments, 0, command, 3, arguments.length);
        return CLUSTER.lite(command).ok();
    }

    private static String field(String kind, String name, String path) {
        return CLUSTER.kubectl("get", "-n", NAMESPACE, kind, name, "-o", "jsonpath=" + path).ok();
    }

    @Test
    void theWayIsNamedFromTheNameToTheInterface() {
        var address = field("service", "web", "{.spec.clusterIP}");
        var pod = field("pod", "web", "{.status.podIP}");
        var bridge = Shell.run("sed", "-n", "s/.*\"bridge\" : \"\\([^\"]*\\)\".*/\\1/p", CLUSTER.folder().resolve("cluster.json").toString()).ok().strip();
        var text = Shell.await("the rules", PATIENCE, () -> path("pod/client", "web:80"), answer -> answer.contains("kernel    ") && answer.contains("services { " + address + " . tcp . 80 : goto"));
        assertTrue(text.contains("web means web." + NAMESPACE + ".svc.cluster.local"), text);
        assertTrue(text.contains("map services { " + address + " . tcp . 80 : goto pick-1 }"), text);
        assertTrue(text.contains(pod + ":8080, pod " + NAMESPACE + "/web on node ") && text.contains(", by interface " + bridge), text);
        assertTrue(text.contains("result    reaches " + pod + ":8080"), text);
    }

    @Test
    void aPolicyThatRefusesIsNamed() {
        CLUSTER.kubectlWithInput("""
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: closed}
                spec: {podSelector: {matchLabels: {app: client}}}
                """, "apply", "-n", NAMESPACE, "-f", "-").ok();
        var text = path("pod/web", "pod/client:8080");
        CLUSTER.kubectl("delete", "networkpolicy", "closed", "-n", NAMESPACE).ok();
        assertTrue(text.contains("ingress of pod " + NAMESPACE + "/client is refused: it is isolated by " + NAMESPACE + "/closed"), text);
        assertTrue(text.contains("result    dropped by network policy"), text);
    }

    @Test
    void thePacketOfTheNodeIsTraced() {
        var node = CLUSTER.kubectl("get", "nodes", "-l", "!moka.io/hollow", "-o", "jsonpath={.items[0].metadata.name}").ok();
        var text = path("node/" + node, "service/web:80", "--trace");
        assertTrue(text.contains("moka-proxy-" + CLUSTER.name() + " services") && text.contains("dnat"), text);
        assertEquals("", Shell.run("nft", "list", "tables").ok().lines().filter(line -> line.contains("moka-trace")).findAny().orElse(""));
    }

    @Test
    void whoMayNotReadThePageIsRefused() {
        var refused = CLUSTER.kubectl("get", "--raw", "/debug/proxy/path?from=outside&to=web:80", "--as", "system:serviceaccount:" + NAMESPACE + ":default");
        assertTrue(refused.status() != 0 && refused.out().contains("orbidden"), refused.out());
        var unknown = CLUSTER.lite("path", "-n", NAMESPACE, "pod/none", "web:80");
        assertTrue(unknown.status() != 0 && unknown.out().contains("pod " + NAMESPACE + "/none does not exist"), unknown.out());
    }
}
