package io.moka.apiserver.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moka.machinery.pki.Pem;
import io.moka.machinery.pki.TlsIdentity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs the real kubectl with an identity against a test server.
public final class Kubectl {
    private final Path kubeconfig;

    /// @param code the exit status
    public record Result(int code, String out) {}

    public Kubectl(TestServer server, TlsIdentity identity) {
        try {
            kubeconfig = Files.createTempFile("moka-kubeconfig-", ".yaml");
            kubeconfig.toFile().deleteOnExit();
            Files.writeString(kubeconfig, """
                    apiVersion: v1
                    kind: Config
                    clusters: [{name: t, cluster: {server: "https://127.0.0.1:%d", certificate-authority-data: %s}}]
                    users: [{name: u, user: {client-certificate-data: %s, client-key-data: %s}}]
                    contexts: [{name: c, context: {cluster: t, user: u}}]
                    current-context: c
                    """.formatted(server.port(), base64(TestPki.shared().authorityPem()), base64(chain(identity)), base64(Pem.encode("PRIVATE KEY", identity.key().getEncoded()))));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static byte[] chain(TlsIdentity identity) {
        var out = new ByteArrayOutputStream();
        identity.chain().forEach(certificate -> {
            try {
                out.writeBytes(Pem.encode("CERTIFICATE", certificate.getEncoded()));
            } catch (CertificateEncodingException impossible) {
                throw new IllegalStateException(impossible);
            }
        });
        return out.toByteArray();
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /// Runs a command; its output and errors come together.
    public Result run(String... arguments) {
        return runWith("", arguments);
    }

    /// @param input the text on kubectl's standard input
    public Result runWith(String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of("kubectl", "--kubeconfig=" + kubeconfig, "--cache-dir=" + kubeconfig + ".cache"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(UTF_8));
            }
            String out = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("kubectl does not end: " + command);
            }
            return new Result(process.exitValue(), out);
        } catch (IOException missing) {
            throw new UncheckedIOException("these tests need kubectl 1.27 or later on the path", missing);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
