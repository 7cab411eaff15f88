package io.moka.conformance.api;

import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.CertificateRequest;
import io.moka.machinery.pki.Pem;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A cluster without nodes: etcd, an apiserver and the controllers, each a process of its own as in a real one, started out of the distribution
/// that the build has just made. All tests share one, and differ by namespaces and names. It ends with the tests' process.
final class ControlPlane {
    private static final Path DISTRIBUTION = Path.of(System.getProperty("moka.dist", "target/moka"));
    private static final int LOWEST_PORT = 15_000;
    private static final int HIGHEST_PORT = 30_000;
    private static @Nullable ControlPlane shared;

    private final Path folder;
    private final CertificateAuthority authority;
    private final List<Process> processes = new ArrayList<>();
    private final int port = freePort();

    private ControlPlane(Path folder) throws IOException {
        this.folder = folder;
        authority = CertificateAuthority.readOrCreate(folder.resolve("ca"), "kubernetes", InstantSource.system());
        writeIdentities();
        int etcd = freePort();
        startEtcd(etcd);
        startApiServer(etcd);
        startControllers();
    }

    static synchronized ControlPlane shared() {
        if (shared == null) {
            try {
                shared = new ControlPlane(Files.createTempDirectory("moka-control-plane-"));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            Runtime.getRuntime().addShutdownHook(new Thread(shared::stop));
            shared.awaitReady();
        }
        return shared;
    }

    private void awaitReady() {
        try {
            Eventually.holds("the server is ready", this::answersReady);
            Eventually.holds("the controllers work", () -> admin().get("/api/v1/namespaces/default/serviceaccounts/default").code() == 200);
        } catch (AssertionError failed) {
            throw new AssertionError(failed.getMessage() + "; the processes wrote:\n" + logs(), failed);
        }
    }

    private boolean answersReady() {
        try {
            return admin().get("/readyz").code() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    private String logs() {
        try (var logs = Files.newDirectoryStream(folder, "*.log")) {
            var text = new StringBuilder();
            for (Path log : logs) {
                text.append(Files.readString(log));
            }
            return text.toString();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void writeIdentities() throws IOException {
        CertificateAuthority.write(authority.issue(CertificateRequest.server("kube-apiserver", List.of("localhost", "127.0.0.1"))), folder.resolve("apiserver"));
        CertificateAuthority.write(authority.issue(CertificateRequest.client("system:kube-controller-manager")), folder.resolve("controllers"));
        CertificateAuthority.write(authority.issue(CertificateRequest.server("controllers", List.of("localhost", "127.0.0.1"))), folder.resolve("serving"));
        KeyPair accounts = CertificateAuthority.newKeyPair();
        write("sa.key", Pem.encode("PRIVATE KEY", accounts.getPrivate().getEncoded()));
        write("sa.pub", Pem.encode("PUBLIC KEY", accounts.getPublic().getEncoded()));
    }

    private void startEtcd(int client) throws IOException {
        String url = "http://127.0.0.1:" + client;
        String peer = "http://127.0.0.1:" + freePort();
        start("etcd", List.of("etcd", "--data-dir", folder.resolve("etcd").toString(), "--listen-client-urls", url, "--advertise-client-urls", url,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "default=" + peer, "--log-level", "error", "--unsafe-no-fsync"));
    }

    private void startApiServer(int etcd) throws IOException {
        start("apiserver", java("apiserver", "io.moka.apiserver.ApiServer", "--bind-address=127.0.0.1", "--secure-port=" + port, "--advertise-address=192.0.2.1",
                "--etcd-servers=http://127.0.0.1:" + etcd, "--client-ca-file=" + file("ca.crt"), "--tls-cert-file=" + file("apiserver.crt"),
                "--tls-private-key-file=" + file("apiserver.key"), "--service-account-key-file=" + file("sa.pub"),
                "--service-account-signing-key-file=" + file("sa.key"), "--service-account-issuer=https://kubernetes.default.svc.cluster.local"));
    }

    private void startControllers() throws IOException {
        Files.writeString(folder.resolve("kubeconfig"), kubeconfig());
        start("controllers", java("controllers", "io.moka.controllers.Controllers", "--kubeconfig=" + file("kubeconfig"), "--secure-port=" + freePort(),
                "--tls-cert-file=" + file("serving.crt"), "--tls-private-key-file=" + file("serving.key"), "--client-ca-file=" + file("ca.crt"),
                "--root-ca-file=" + file("ca.crt"), "--cluster-signing-cert-file=" + file("ca.crt"), "--cluster-signing-key-file=" + file("ca.key"),
                "--service-account-private-key-file=" + file("sa.key"), "--no-leader-elect"));
    }

    private String kubeconfig() {
        return """
                apiVersion: v1
                kind: Config
                current-context: c
                contexts: [{name: c, context: {cluster: c, user: u}}]
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d", certificate-authority: "%s"}}]
                users: [{name: u, user: {client-certificate: "%s", client-key: "%s"}}]
                """.formatted(port, file("ca.crt"), file("controllers.crt"), file("controllers.key"));
    }

    private static List<String> java(String module, String mainClass, String... arguments) throws IOException {
        String classPath = DISTRIBUTION.resolve("lib/" + module + "-0.1.0.jar") + ":" + Arrays.stream(Files.readString(DISTRIBUTION.resolve(module + ".classpath")).strip().split(":"))
                .map(jar -> DISTRIBUTION.resolve(jar).toString()).collect(Collectors.joining(":"));
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", classPath, mainClass));
        command.addAll(List.of(arguments));
        return command;
    }

    private void start(String name, List<String> command) throws IOException {
        processes.add(new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve(name + ".log").toFile()).start());
    }

    private void stop() {
        processes.reversed().forEach(process -> {
            process.destroyForcibly();
            process.onExit().join();
        });
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void write(String name, byte[] content) throws IOException {
        Files.write(folder.resolve(name), content);
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    /// One that no connection gets by chance as its own end, as those are all higher.
    private static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                continue;
            }
        }
    }

    /// Who may do everything.
    Api admin() {
        return new Api(port, authority.certificatePem(), authority.issue(CertificateRequest.client("admin", "system:masters")), null);
    }

    /// Somebody whom a token names.
    Api withToken(String token) {
        return new Api(port, authority.certificatePem(), null, token);
    }

    /// Somebody whom nothing names.
    Api anonymous() {
        return new Api(port, authority.certificatePem(), null, null);
    }

    /// A certificate for a server of ours that the apiserver is to call, such as a webhook.
    TlsIdentity serverIdentity(String... names) {
        return authority.issue(CertificateRequest.server("webhook", List.of(names)));
    }

    byte[] authorityPem() {
        return authority.certificatePem();
    }

    /// The authority, as `caBundle` fields have it.
    String caBundle() {
        return Base64.getEncoder().encodeToString(authority.certificatePem());
    }
}
