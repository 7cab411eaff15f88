package io.moka.kubelet.server;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.cni.ScriptedPlugins;
import io.moka.kubelet.health.KubeletHealth;
import io.moka.kubelet.health.KubeletHealth.Check;
import io.moka.kubelet.node.Machine;
import io.moka.kubelet.pod.TestNode;
import io.moka.kubelet.runtime.FakeRuntime;
import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.CertificateRequest;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A node with one pod, `web`, whose kubelet serves.
abstract class ServedNodeTest {

    @TempDir
    Path folder;

    final CertificateAuthority authority = CertificateAuthority.create("test", InstantSource.system());
    final FakeRuntime runtime = new FakeRuntime();
    TestNode node;
    KubeletServer server;
    Pod pod;

    @BeforeEach
    void open() throws Exception {
        var plugins = new ScriptedPlugins(folder.resolve("cni")).configure("1.0.0", "first");
        node = new TestNode(runtime, folder.resolve("kubelet"), plugins.configurations(), plugins.binaries());
        CertificateAuthority.write(authority.issue(CertificateRequest.server("node", List.of("127.0.0.1", "localhost"))), folder.resolve("server"));
        Files.write(folder.resolve("ca.crt"), authority.certificatePem());
        server = KubeletServer.start(new KubeletServer.Address("127.0.0.1", 0, folder.resolve("server.crt"), folder.resolve("server.key"), folder.resolve("ca.crt")),
                runtime, node.workers, node.measurements(new Machine(folder)), health(), InstantSource.system());
        pod = node.run(TestNode.pod("web", "sleep"));
        check("the pod runs", () -> runtime.records().stream().filter(record -> record.isRunning()).count() == 2 && !node.workers.all().isEmpty()
                && node.workers.all().iterator().next().latest("main") != null);
    }

    /// The health of the node's workers; no other part runs in these tests.
    KubeletHealth health() {
        return new KubeletHealth(List.of(new Check("syncloop", () -> node.workers.stuck())), List.of(new Check("engine", () -> node.workers.blind())));
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        node.close();
    }

    HttpClient client(@Nullable TlsIdentity identity) throws IOException {
        return HttpClient.newBuilder().sslContext(TlsIdentity.clientContext(authority.certificatePem(), identity)).version(HttpClient.Version.HTTP_1_1).build();
    }

    HttpClient administrator() throws IOException {
        return client(authority.issue(CertificateRequest.client("kube-apiserver-kubelet-client", "system:masters")));
    }

    URI uri(String scheme, String path) {
        return URI.create(scheme + "://127.0.0.1:" + server.port() + path);
    }

    void runOnHostNetwork() {
        node.run(TestNode.pod("host", p -> p.editSpec().withHostNetwork(true).endSpec(), "sleep"));
        check("the pod is known", () -> node.workers.find("default", "host") != null && node.workers.find("default", "host").latest("main") != null);
    }

    /// Sends each connection what it sent, until the listener is closed.
    static void echo(ServerSocket listener) {
        try {
            while (true) {
                var connection = listener.accept();
                Thread.ofVirtual().start(() -> {
                    try (connection) {
                        connection.getInputStream().transferTo(connection.getOutputStream());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            }
        } catch (IOException closed) {
            assertTrue(listener.isClosed());
        }
    }
}
