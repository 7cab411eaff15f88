package io.moka.dns;

import io.moka.machinery.client.ClientConfig;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Connects to the apiserver from a pod, by the environment variables and the files that the kubelet provides.
final class InCluster {

    private static final Path FILES = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    private InCluster() {
    }

    static ClientConfig config(Map<String, String> environment, String userAgent) throws IOException {
        var host = environment.get("KUBERNETES_SERVICE_HOST");
        var port = environment.get("KUBERNETES_SERVICE_PORT");
        if (host == null || port == null) {
            throw new IOException("this is no pod: KUBERNETES_SERVICE_HOST is not set; give --kubeconfig");
        }
        var server = "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        return new ClientConfig(server, "default", TlsIdentity.clientContext(Files.readAllBytes(FILES.resolve("ca.crt")), null), InCluster::token, userAgent);
    }

    /// Reads the service-account token anew each time, since the kubelet replaces the file before the token expires.
    private static String token() {
        try {
            return Files.readString(FILES.resolve("token")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("the pod's token cannot be read", e);
        }
    }
}
