package io.moka.cluster;

import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/// Reads the health endpoints of the cluster's processes.
final class Health implements AutoCloseable {

    private final HttpClient components;
    private final HttpClient etcd;
    private final Settings settings;

    Health(Layout layout, Settings settings) throws IOException {
        this.settings = settings;
        var pki = layout.pki();
        this.components = client(TlsIdentity.clientContext(Files.readAllBytes(pki.resolve("ca.crt")),
                TlsIdentity.read(pki.resolve("admin.crt"), pki.resolve("admin.key"))));
        this.etcd = client(TlsIdentity.clientContext(Files.readAllBytes(pki.resolve("etcd/ca.crt")),
                TlsIdentity.read(pki.resolve("apiserver-etcd-client.crt"), pki.resolve("apiserver-etcd-client.key"))));
    }

    private static HttpClient client(SSLContext context) {
        return HttpClient.newBuilder().sslContext(context).sslParameters(TlsIdentity.clientParameters(context)).connectTimeout(Duration.ofSeconds(2)).version(HttpClient.Version.HTTP_1_1).build();
    }

    /// `ok`, or what is wrong.
    String of(Instance instance) throws InterruptedException {
        var path = switch (instance.component()) {
            case ETCD -> "/health";
            case KUBELET -> "/healthz";
            default -> "/readyz";
        };
        var request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + instance.healthPort(settings.ports()) + path)).timeout(Duration.ofSeconds(3)).build();
        try {
            var response = (instance.component() == Component.ETCD ? etcd : components).send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? "ok" : response.body().lines().findFirst().orElse("status " + response.statusCode());
        } catch (IOException e) {
            return "does not answer";
        }
    }

    @Override
    public void close() {
        components.shutdownNow();
        etcd.shutdownNow();
    }
}
