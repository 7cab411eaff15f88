package io.moka.kubelet.server;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.cni.ScriptedPlugins;
import io.moka.kubelet.node.Machine;
import io.moka.kubelet.pod.TestNode;
import io.moka.kubelet.runtime.FakeRuntime;
import io.moka.kubelet.stats.Summary;
import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.CertificateRequest;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubeletServerTest {

    @TempDir
    Path folder;

    private final CertificateAuthority authority = CertificateAuthority.create("test", InstantSource.system());
    private final FakeRuntime runtime = new FakeRuntime();
    private TestNode node;
    private KubeletServer server;
    private Pod pod;

    @BeforeEach
    void open() throws Exception {
        var plugins = new ScriptedPlugins(folder.resolve("cni")).configure("1.0.0", "first");
        node = new TestNode(runtime, folder.resolve("kubelet"), plugins.configurations(), plugins.binaries());
        CertificateAuthority.write(authority.issue(CertificateRequest.server("node", List.of("127.0.0.1", "localhost"))), folder.resolve("server"));
        Files.write(folder.resolve("ca.crt"), authority.certificatePem());
        server = KubeletServer.start(new KubeletServer.Address("127.0.0.1", 0, folder.resolve("server.crt"), folder.resolve("server.key"), folder.resolve("ca.crt")),
                runtime, node.workers, new Summary("node", new Machine(folder), node.workers::all, InstantSource.system()), InstantSource.system());
        pod = node.run(TestNode.pod("web", "sleep"));
        check("the pod runs", () -> runtime.records().stream().filter(record -> record.isRunning()).count() == 2 && !node.workers.all().isEmpty()
                && node.workers.all().iterator().next().latest("main") != null);
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        node.close();
    }

    private HttpClient client(@Nullable TlsIdentity identity) throws IOException {
        return HttpClient.newBuilder().sslContext(TlsIdentity.clientContext(authority.certificatePem(), identity)).version(HttpClient.Version.HTTP_1_1).build();
    }

    private HttpClient administrator() throws IOException {
        return client(authority.issue(CertificateRequest.client("kube-apiserver-kubelet-client", "system:masters")));
    }

    private URI uri(String scheme, String path) {
        return URI.create(scheme + "://127.0.0.1:" + server.port() + path);
    }

    private String get(HttpClient client, String path) throws Exception {
        var answer = client.send(HttpRequest.newBuilder(uri("https", path)).build(), BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body().strip();
    }

    @Test
    void onlyHealthIsForEverybody() throws Exception {
        assertEquals("200 ok", get(client(null), "/healthz"));
        assertEquals("401 Unauthorized", get(client(null), "/pods"));
        assertEquals("403 Forbidden (resource=nodes, subresource=proxy)",
                get(client(authority.issue(CertificateRequest.client("system:node:n2", "system:nodes"))), "/pods"));
        assertTrue(get(administrator(), "/pods").startsWith("200 {"));
    }

    @ParameterizedTest
    @CsvSource({
        "/containerLogs/default/gone/main, 404 pod does not exist: gone_default",
        "/containerLogs/default/web/other, 400 container other is not valid for pod web",
        "/containerLogs/default/web/main?previous=true, '400 previous terminated container \"main\" in pod \"web\" not found'",
        "/containerLogs/default/web/main?tailLines=x, 400 tailLines is not a number: x",
        "/containerLogs/default/web, 404 404 page not found", "/nothing, 404 404 page not found",
        "/exec/default/web/main?command=true, 400 unable to upgrade: only WebSocket is spoken here"})
    void wrongCallsAreRefused(String path, String expected) throws Exception {
        assertEquals(expected, get(administrator(), path));
    }

    @Test
    void logIsServed() throws Exception {
        var echo = node.run(TestNode.pod("echo", p -> p.editSpec().withRestartPolicy("Never").endSpec(), "echo", "hello"));
        check("it has ended", () -> node.workers.find("default", echo.getMetadata().getName()) != null
                && node.workers.find("default", "echo").latest("main") != null && node.workers.find("default", "echo").latest("main").exited() != null);

        assertEquals("200 hello", get(administrator(), "/containerLogs/default/echo/main"));
        assertEquals("200 he", get(administrator(), "/containerLogs/default/echo/main?limitBytes=2"));
    }

    @Test
    void commandIsRunByAPlainPost() throws Exception {
        var request = HttpRequest.newBuilder(uri("https", "/run/default/web/main?cmd=echo+hi")).POST(BodyPublishers.noBody()).build();

        assertEquals("hi\n", administrator().send(request, BodyHandlers.ofString()).body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"v5.channel.k8s.io", "v4.channel.k8s.io"})
    void commandIsRunOverAWebSocket(String protocol) throws Exception {
        assertEquals(List.of("1hi there\n", "3{\"apiVersion\":\"v1\",\"kind\":\"Status\",\"status\":\"Success\"}"), exec(protocol, "command=echo&command=hi&command=there&output=1"));
    }

    @Test
    void exitCodeIsToldOnTheErrorChannel() throws Exception {
        var messages = exec("v5.channel.k8s.io", "command=false&output=1");

        assertTrue(messages.getLast().contains("\"reason\":\"NonZeroExitCode\""), messages.toString());
        assertTrue(messages.getLast().contains("{\"message\":\"1\",\"reason\":\"ExitCode\"}"), messages.toString());
    }

    private List<String> exec(String protocol, String query) throws Exception {
        var messages = new CopyOnWriteArrayList<String>();
        var ended = new CopyOnWriteArrayList<Integer>();
        administrator().newWebSocketBuilder().subprotocols(protocol).buildAsync(uri("wss", "/exec/default/web/main?" + query), new WebSocket.Listener() {
            @Override
            public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
                var bytes = new byte[data.remaining()];
                data.get(bytes);
                if (bytes.length > 1) {
                    messages.add(bytes[0] + new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8));
                }
                return WebSocket.Listener.super.onBinary(socket, data, last);
            }

            @Override
            public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
                ended.add(code);
                return WebSocket.Listener.super.onClose(socket, code, reason);
            }
        }).get();
        check("the socket is closed", () -> !ended.isEmpty());
        return messages;
    }

    @Test
    void usageIsToldInBothForms() throws Exception {
        assertTrue(get(administrator(), "/stats/summary").contains("\"nodeName\":\"node\""));
        assertTrue(get(administrator(), "/metrics/resource").contains("node_memory_working_set_bytes "));
        assertTrue(get(administrator(), "/metrics").startsWith("200"));
    }
}
