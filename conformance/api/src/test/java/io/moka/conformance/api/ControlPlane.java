package io.moka.conformance.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.CertificateRequest;
import io.moka.machinery.pki.Pem;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A cluster without nodes or with hollow nodes: etcd, an apiserver and the controllers, each a process of its own as in a real cluster, started from the
/// distribution that the build has just made. All tests share one cluster and use different namespaces and names. It ends with the tests' process.
final class ControlPlane {
    private static final Path DISTRIBUTION = Path.of(System.getProperty("moka.dist", "target/moka"));
    private static final int LOWEST_PORT = 15_000;
    private static final int HIGHEST_PORT = 30_000;
    private static final int HOLLOW_NODES = 3;
    /// The deadline for a start; processes that start together take long on a busy machine.
    private static final long START_NANOS = TimeUnit.MINUTES.toNanos(2);
    private static @Nullable ControlPlane shared;
    private static @Nullable ControlPlane withNodes;

    private final Path folder;
    private final CertificateAuthority authority;
    private final List<Process> processes = new ArrayList<>();
    private final int port = freePort();
    private final int schedulerPort = freePort();
    private final int etcdPort = freePort();
    private Process apiServer;

    private ControlPlane(Path folder) throws IOException {
        this(folder, false);
    }

    /// @param managed whether the test starts the controllers
    private ControlPlane(Path folder, boolean managed) throws IOException {
        this.folder = folder;
        authority = CertificateAuthority.readOrCreate(folder.resolve("ca"), "kubernetes", InstantSource.system());
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
        writeIdentities();
        startEtcd();
        apiServer = startApiServer();
        if (!managed) {
            startControllers();
        }
    }

    static synchronized ControlPlane shared() {
        if (shared == null) {
            try {
                shared = new ControlPlane(Files.createTempDirectory("moka-control-plane-"));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            shared.awaitReady();
        }
        return shared;
    }

    /// Another cluster, with the scheduler and hollow nodes `hollow-1` to `hollow-3`, for tests whose pods are to run.
    static synchronized ControlPlane withHollowNodes() {
        if (withNodes == null) {
            try {
                var started = new ControlPlane(Files.createTempDirectory("moka-hollow-"));
                started.awaitReady();
                started.startScheduler();
                started.startHollowNodes(HOLLOW_NODES);
                withNodes = started;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
        return withNodes;
    }

    /// A cluster of its own with hollow nodes, whose controllers the test kills: two managers, of which one leads.
    ///
    /// @param apart whether each has a name of its own, as on separate machines; with the same name, the second sees at once that the first has ended
    static Elected withManagers(boolean apart) {
        try {
            var started = new ControlPlane(Files.createTempDirectory("moka-managers-"), true);
            var managers = new ElectedPair("kube-controller-manager", number -> started.startManager(number, apart));
            started.awaitReady();
            started.startScheduler();
            started.startHollowNodes(HOLLOW_NODES);
            return new Elected(started, managers);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// A cluster of its own with `nodes` hollow nodes, whose schedulers the test kills: two, of which one leads.
    ///
    /// @param apart as for managers
    static Elected withSchedulers(int nodes, boolean apart) {
        try {
            var started = new ControlPlane(Files.createTempDirectory("moka-schedulers-"));
            started.awaitReady();
            CertificateAuthority.write(started.authority.issue(CertificateRequest.client("system:kube-scheduler")), started.folder.resolve("scheduler"));
            var schedulers = new ElectedPair("kube-scheduler", number -> started.startMember("scheduler-" + number,
                    port -> started.scheduler(port, "--leader-elect-identity=scheduler" + (apart ? "-" + number : ""))));
            started.startHollowNodes(nodes);
            return new Elected(started, schedulers);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// A cluster and two of its processes.
    record Elected(ControlPlane controlPlane, ElectedPair pair) {}

    /// Kills the apiserver, and starts it again after a time. Every watch ends, and nothing is answered meanwhile.
    void cutServer(Duration time) {
        kill(apiServer);
        CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS)).join();
        try {
            apiServer = startApiServer();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        await("the server is ready again", this::answersReady);
    }

    private static long readyNodes(Api admin) {
        return admin.get("/api/v1/nodes").expect(200).at("items").valueStream().filter(node -> node.at("/spec/taints").isMissingNode()).count();
    }

    private void startScheduler() throws IOException {
        CertificateAuthority.write(authority.issue(CertificateRequest.client("system:kube-scheduler")), folder.resolve("scheduler"));
        start("scheduler", scheduler(schedulerPort, "--no-leader-elect"));
    }

    private List<String> scheduler(int securePort, String election) throws IOException {
        return java("scheduler", "io.moka.scheduler.Scheduler", "--kubeconfig=" + kubeconfig("scheduler"), "--secure-port=" + securePort,
                "--tls-cert-file=" + file("serving.crt"), "--tls-private-key-file=" + file("serving.key"), "--client-ca-file=" + file("ca.crt"),
                "--requestheader-client-ca-file=" + file("ca.crt"), election);
    }

    /// Starts hollow nodes with the same permissions as `moka up --hollow` gives.
    private void startHollowNodes(int count) throws IOException {
        for (var object : hollowPermissions()) {
            var namespace = object.at("/metadata/namespace").isMissingNode() ? "" : "/namespaces/" + object.at("/metadata/namespace").asText();
            admin().post("/apis/rbac.authorization.k8s.io/v1" + namespace + "/" + object.path("kind").asText().toLowerCase(Locale.ROOT) + "s", object).expect(201);
        }
        CertificateAuthority.write(authority.issue(CertificateRequest.client("system:hollow-nodes", "system:nodes")), folder.resolve("hollow"));
        start("hollow", java("kubelet", "io.moka.kubelet.Kubelet", "--runtime=hollow", "--nodes=" + count, "--kubeconfig=" + kubeconfig("hollow"),
                "--bind-address=127.0.0.1", "--port=" + freePort(), "--tls-cert-file=" + file("serving.crt"), "--tls-private-key-file=" + file("serving.key"),
                "--client-ca-file=" + file("ca.crt")));
        Api admin = admin();
        await("the hollow nodes are ready", () -> readyNodes(admin) == count);
    }

    private static JsonNode hollowPermissions() throws IOException {
        try (var jar = new JarFile(DISTRIBUTION.resolve("lib/cluster-0.1.0.jar").toFile());
                var entry = jar.getInputStream(jar.getEntry("io/moka/cluster/hollow-nodes.yaml"))) {
            return Api.yaml(new String(entry.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private void await(String what, BooleanSupplier condition) {
        try {
            Eventually.holds(what, START_NANOS, condition);
        } catch (AssertionError failed) {
            throw new AssertionError(failed.getMessage() + "; the processes wrote:\n" + logs(), failed);
        }
    }

    private void awaitReady() {
        await("the server is ready", this::answersReady);
        await("the controllers work", () -> admin().get("/api/v1/namespaces/default/serviceaccounts/default").code() == 200);
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
        CertificateAuthority.write(authority.issue(CertificateRequest.client("front-proxy-client")), folder.resolve("front-proxy"));
        CertificateAuthority.write(authority.issue(CertificateRequest.client("system:kube-controller-manager")), folder.resolve("controllers"));
        CertificateAuthority.write(authority.issue(CertificateRequest.server("controllers", List.of("localhost", "127.0.0.1"))), folder.resolve("serving"));
        KeyPair accounts = CertificateAuthority.newKeyPair();
        write("sa.key", Pem.encode("PRIVATE KEY", accounts.getPrivate().getEncoded()));
        write("sa.pub", Pem.encode("PUBLIC KEY", accounts.getPublic().getEncoded()));
    }

    private void startEtcd() throws IOException {
        String url = "http://127.0.0.1:" + etcdPort;
        String peer = "http://127.0.0.1:" + freePort();
        start("etcd", List.of("etcd", "--data-dir", folder.resolve("etcd").toString(), "--listen-client-urls", url, "--advertise-client-urls", url,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "default=" + peer, "--log-level", "error", "--unsafe-no-fsync"));
    }

    private Process startApiServer() throws IOException {
        return start("apiserver", java("apiserver", "io.moka.apiserver.ApiServer", "--bind-address=127.0.0.1", "--secure-port=" + port, "--advertise-address=192.0.2.1",
                "--etcd-servers=http://127.0.0.1:" + etcdPort, "--client-ca-file=" + file("ca.crt"), "--tls-cert-file=" + file("apiserver.crt"),
                "--tls-private-key-file=" + file("apiserver.key"), "--service-account-key-file=" + file("sa.pub"),
                "--service-account-signing-key-file=" + file("sa.key"), "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
                "--scheduler-port=" + schedulerPort, "--component-certificate-authority=" + file("ca.crt"),
                "--proxy-client-cert-file=" + file("front-proxy.crt"), "--proxy-client-key-file=" + file("front-proxy.key")));
    }

    private void startControllers() throws IOException {
        start("controllers", controllers(freePort(), "--no-leader-elect"));
    }

    /// @return a controllers process that works while it holds the lease
    private ElectedPair.Member startManager(int number, boolean apart) throws IOException {
        return startMember("manager-" + number, port -> controllers(port, "--leader-elect-identity=manager" + (apart ? "-" + number : "")));
    }

    private interface CommandLine {
        List<String> of(int securePort) throws IOException;
    }

    private ElectedPair.Member startMember(String name, CommandLine command) throws IOException {
        int securePort = freePort();
        return new ElectedPair.Member(start(name, command.of(securePort)), new Api(securePort, authority.certificatePem(), null, null));
    }

    private List<String> controllers(int securePort, String election) throws IOException {
        return java("controllers", "io.moka.controllers.Controllers", "--kubeconfig=" + kubeconfig("controllers"), "--secure-port=" + securePort,
                "--tls-cert-file=" + file("serving.crt"), "--tls-private-key-file=" + file("serving.key"), "--client-ca-file=" + file("ca.crt"),
                "--root-ca-file=" + file("ca.crt"), "--cluster-signing-cert-file=" + file("ca.crt"), "--cluster-signing-key-file=" + file("ca.key"),
                "--service-account-private-key-file=" + file("sa.key"), election);
    }

    /// @return the file
    private String kubeconfig(String identity) throws IOException {
        return Files.writeString(folder.resolve(identity + ".kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: c
                contexts: [{name: c, context: {cluster: c, user: u}}]
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d", certificate-authority: "%s"}}]
                users: [{name: u, user: {client-certificate: "%s", client-key: "%s"}}]
                """.formatted(port, file("ca.crt"), file(identity + ".crt"), file(identity + ".key"))).toString();
    }

    private static List<String> java(String module, String mainClass, String... arguments) throws IOException {
        String classPath = DISTRIBUTION.resolve("lib/" + module + "-0.1.0.jar") + ":" + Arrays.stream(Files.readString(DISTRIBUTION.resolve(module + ".classpath")).strip().split(":"))
                .map(jar -> DISTRIBUTION.resolve(jar).toString()).collect(Collectors.joining(":"));
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", classPath, mainClass));
        command.addAll(List.of(arguments));
        return command;
    }

    private Process start(String name, List<String> command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve(name + ".log").toFile())).start();
        processes.add(process);
        return process;
    }

    /// Kills a process and waits for its end. It does not use `onExit`, which would wait for another process that has since got the same number.
    static void kill(Process process) {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop() {
        processes.reversed().forEach(ControlPlane::kill);
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

    /// Returns a free port below the range from which the kernel chooses the local ports of connections.
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

    /// A client with the rights of an administrator (`system:masters`).
    Api admin() {
        return new Api(port, authority.certificatePem(), authority.issue(CertificateRequest.client("admin", "system:masters")), null);
    }

    /// A client with the hollow nodes' certificate.
    Api hollowNodes() {
        return new Api(port, authority.certificatePem(), authority.issue(CertificateRequest.client("system:hollow-nodes", "system:nodes")), null);
    }

    /// A client that authenticates with a token.
    Api withToken(String token) {
        return new Api(port, authority.certificatePem(), null, token);
    }

    /// A client without credentials.
    Api anonymous() {
        return new Api(port, authority.certificatePem(), null, null);
    }

    /// A certificate for a server of the tests that the apiserver calls, such as a webhook.
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
