package io.moka.cluster;

import io.moka.machinery.client.Kubeconfig;
import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.CertificateRequest;
import io.moka.machinery.pki.Pem;
import io.moka.machinery.pki.PrivateFiles;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// The cluster's authorities, the certificate of each component and the kubeconfigs that carry them. Laid out as kubeadm does.
///
/// What exists is kept, unless it ends within a month: then it is issued anew.
final class Certificates {

    private static final Duration RENEW_BEFORE_END = Duration.ofDays(30);

    private final Layout layout;
    private final Settings settings;
    private final InstantSource clock;

    Certificates(Layout layout, Settings settings, InstantSource clock) {
        this.layout = layout;
        this.settings = settings;
        this.clock = clock;
    }

    void ensure() throws IOException {
        var authority = CertificateAuthority.readOrCreate(layout.pki().resolve("ca"), "kubernetes", clock);
        var etcd = CertificateAuthority.readOrCreate(layout.pki().resolve("etcd/ca"), "etcd-ca", clock);
        ensure(etcd, "etcd/server", CertificateRequest.server("etcd", List.of("127.0.0.1", "localhost")));
        ensure(etcd, "apiserver-etcd-client", CertificateRequest.client("kube-apiserver-etcd-client"));
        ensure(authority, "apiserver", CertificateRequest.server("kube-apiserver", apiserverNames()));
        ensure(authority, "apiserver-kubelet-client", CertificateRequest.client("kube-apiserver-kubelet-client", "system:masters"));
        var frontProxy = CertificateAuthority.readOrCreate(layout.pki().resolve("front-proxy-ca"), "front-proxy-ca", clock);
        ensure(frontProxy, "front-proxy-client", CertificateRequest.client("front-proxy-client"));
        ensure(authority, "admin", CertificateRequest.client("kubernetes-admin", "system:masters"));
        component(authority, Component.CONTROLLERS, "system:kube-controller-manager", List.of());
        component(authority, Component.SCHEDULER, "system:kube-scheduler", List.of());
        component(authority, Component.PROXY, "system:kube-proxy", List.of());
        component(authority, Component.KUBELET, "system:node:" + settings.node(), List.of("system:nodes"));
        signingKey();
        kubeconfig(layout.kubeconfig(), contextName(layout.name()), authority, "admin");
    }

    static String contextName(String cluster) {
        return cluster.equals("moka") ? "moka" : "moka-" + cluster;
    }

    private List<String> apiserverNames() {
        return new ArrayList<>(List.of("localhost", "127.0.0.1", settings.nodeAddress(), settings.serviceAddress(1), settings.node(),
                "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"));
    }

    /// One certificate for both sides: the component shows it to the apiserver, and serves its own port with it.
    private void component(CertificateAuthority authority, Component component, String user, List<String> groups) throws IOException {
        var names = List.of("localhost", "127.0.0.1", settings.nodeAddress(), settings.node());
        ensure(authority, component.id(), new CertificateRequest(user, groups, names, true));
        kubeconfig(layout.kubeconfig(component), "moka", authority, component.id());
    }

    private void ensure(CertificateAuthority authority, String name, CertificateRequest request) throws IOException {
        var base = layout.pki().resolve(name);
        var file = base.resolveSibling(base.getFileName() + ".crt");
        if (!Files.exists(file) || endsSoon(file)) {
            CertificateAuthority.write(authority.issue(request), base);
        }
    }

    private boolean endsSoon(Path certificate) throws IOException {
        var end = Pem.certificates(Files.readAllBytes(certificate)).getFirst().getNotAfter().toInstant();
        return end.minus(RENEW_BEFORE_END).isBefore(clock.instant());
    }

    /// The key with which the apiserver signs service-account tokens.
    private void signingKey() throws IOException {
        var key = layout.pki().resolve("sa.key");
        if (!Files.exists(key)) {
            var pair = CertificateAuthority.newKeyPair();
            PrivateFiles.write(layout.pki().resolve("sa.pub"), Pem.encode("PUBLIC KEY", pair.getPublic().getEncoded()));
            PrivateFiles.write(key, Pem.encode("PRIVATE KEY", pair.getPrivate().getEncoded()));
        }
    }

    private void kubeconfig(Path file, String context, CertificateAuthority authority, String identity) throws IOException {
        var kubeconfig = Kubeconfig.create();
        put(kubeconfig, context, authority.certificatePem(), identity);
        kubeconfig.useContext(context);
        kubeconfig.write(file);
    }

    private void put(Kubeconfig kubeconfig, String context, byte[] authority, String identity) throws IOException {
        var base = layout.pki().resolve(identity);
        var own = TlsIdentity.read(base.resolveSibling(identity + ".crt"), base.resolveSibling(identity + ".key"));
        kubeconfig.put(context, settings.server(), authority, CertificateAuthority.certificatePem(own), CertificateAuthority.kubeconfigKeyPem(own));
    }

    /// Adds the cluster's context to the user's own file, and makes it the current one.
    void mergeInto(Path userFile) throws IOException {
        var user = Files.exists(userFile) ? Kubeconfig.read(userFile) : Kubeconfig.create();
        put(user, contextName(layout.name()), Files.readAllBytes(layout.pki().resolve("ca.crt")), "admin");
        user.useContext(contextName(layout.name()));
        user.write(userFile);
    }

    static void removeFrom(Path userFile, String cluster) throws IOException {
        if (Files.exists(userFile)) {
            var user = Kubeconfig.read(userFile);
            user.remove(contextName(cluster));
            user.write(userFile);
        }
    }

    /// Where the user's kubectl looks: the first file of KUBECONFIG, or `~/.kube/config`.
    static Path userKubeconfig() {
        var variable = System.getenv("KUBECONFIG");
        return variable == null || variable.isEmpty() ? Path.of(System.getProperty("user.home"), ".kube", "config") : Path.of(variable.split(":")[0]);
    }
}
