package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests through the apiserver to pods, services and kubelets.
class ProxySubresourceTest {

    private static final String NAMESPACE = "proxied";
    private static final String BASE = "/api/v1/namespaces/" + NAMESPACE;
    private static final TestCluster CLUSTER = TestCluster.shared();
    private static final String MANIFEST = """
            apiVersion: v1
            kind: Pod
            metadata:
              name: site
              labels: {app: site}
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: site
                image: busybox:1.36
                command: [sh, -c, "mkdir -p /www/deep; echo '<a href=\\"/rewriteme\\">test</a><a href=\\"near\\">x</a>' > /www/index.html; echo plain > /www/deep/file.txt; exec httpd -f -p 8080 -h /www"]
                ports: [{name: http, containerPort: 8080}]
                readinessProbe: {httpGet: {path: /, port: http}, periodSeconds: 1}
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: site
            spec:
              selector: {app: site}
              ports: [{name: web, port: 80, targetPort: http}]
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: empty
            spec:
              selector: {app: nobody}
              ports: [{port: 80}]
            """;

    @BeforeAll
    static void start() {
        CLUSTER.createNamespace(NAMESPACE);
        CLUSTER.kubectlWithInput(MANIFEST, "apply", "-n", NAMESPACE, "-f", "-").ok();
        CLUSTER.kubectl("wait", "-n", NAMESPACE, "--for=condition=Ready", "pod/site", "--timeout=60s").ok();
        Shell.await("an endpoint", Duration.ofSeconds(10), () -> CLUSTER.kubectl("get", "endpoints", "site", "-n", NAMESPACE).out(), out -> out.contains(":8080"));
    }

    @AfterAll
    static void end() {
        CLUSTER.kubectl("delete", "namespace", NAMESPACE).ok();
    }

    private static String get(String path) {
        return CLUSTER.kubectl("get", "--raw", path).ok().strip();
    }

    @ParameterizedTest
    @CsvSource({"pods/site", "pods/site:8080", "pods/site:http", "pods/http:site:8080", "services/site:web", "services/site:80", "services/http:site:web"})
    void fileComesThroughTheProxy(String name) {
        assertEquals("plain", get(BASE + "/" + name + "/proxy/deep/file.txt"));
    }

    @Test
    void linksOfAPageLeadThroughTheProxy() {
        var page = get(BASE + "/pods/site/proxy/");
        assertTrue(page.contains("<a href=\"" + BASE + "/pods/site/proxy/rewriteme\">test</a><a href=\"near\">"), page);
    }

    @ParameterizedTest
    @CsvSource({"services/empty, no endpoints available for service \"empty\"", "services/none:web, services \"none\" not found", "pods/none, pods \"none\" not found",
        "services/site:81, no service port 81 found for service \"site\"", "pods/ftp:site:80, invalid pod request \"ftp:site:80\"", "pods/site:9, error trying to reach service"})
    void whatCannotBeReachedIsToldSo(String name, String message) {
        var refused = CLUSTER.kubectl("get", "--raw", BASE + "/" + name + "/proxy/");
        assertNotEquals(0, refused.status());
        assertTrue(refused.out().contains(message), refused.out());
    }

    @Test
    void kubeletAnswersThroughItsNode() {
        var node = CLUSTER.kubectl("get", "nodes", "-o", "name").ok().strip().replace("node/", "");
        assertEquals("ok", get("/api/v1/nodes/" + node + "/proxy/healthz"));
        assertTrue(get("/api/v1/nodes/" + node + "/proxy/pods").contains("\"site\""));
    }
}
