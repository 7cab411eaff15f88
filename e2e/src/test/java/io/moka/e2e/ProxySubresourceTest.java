package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.client.ClientConfig;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
                command:
                - sh
                - -c
                - |
                  mkdir -p /www/deep /www/cgi-bin
                  cd /www
                  echo '<a href="/rewriteme">test</a><a href="near">x</a>' > index.html
                  echo plain > deep/file.txt
                  cp index.html zipped.html
                  gzip -c index.html > zipped.html.gz
                  cat > cgi-bin/made <<'END'
                  #!/bin/sh
                  printf 'Content-Type: text/html\\r\\n\\r\\n'
                  cat /www/index.html
                  echo "$HTTP_X_FORWARDED_PROTO $HTTP_ACCEPT_LANGUAGE"
                  END
                  chmod +x cgi-bin/made
                  exec httpd -f -p 8080 -h /www
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

    /// A file, one that is compressed, and a page of unknown length.
    @ParameterizedTest
    @ValueSource(strings = {"", "zipped.html", "cgi-bin/made"})
    void linksOfAPageLeadThroughTheProxy(String path) throws Exception {
        var answer = browse("/pods/site/proxy/" + path);
        assertEquals(path.equals("zipped.html") ? "gzip" : "", answer.headers().firstValue("Content-Encoding").orElse(""));
        var page = new String(path.equals("zipped.html") ? new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes() : answer.body(), StandardCharsets.UTF_8);
        assertTrue(page.contains("<a href=\"" + BASE + "/pods/site/proxy/rewriteme\">test</a><a href=\"near\">"), page);
    }

    @Test
    void headersOfTheCallerReachThePod() throws Exception {
        var page = new String(browse("/pods/site/proxy/cgi-bin/made").body(), StandardCharsets.UTF_8);
        assertTrue(page.endsWith("https de-CH\n"), page);
    }

    private static HttpResponse<byte[]> browse(String path) throws Exception {
        var config = ClientConfig.load(CLUSTER.folder().resolve("kubeconfig"), null, "browser");
        try (var browser = HttpClient.newBuilder().sslContext(config.sslContext()).build()) {
            return browser.send(HttpRequest.newBuilder(URI.create(config.server() + BASE + path)).header("Accept-Encoding", "gzip").header("Accept-Language", "de-CH").build(), BodyHandlers.ofByteArray());
        }
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
