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
import java.util.Set;
import java.util.TreeSet;

/// The cluster's authorities, the certificate of each component and the kubeconfigs that carry them. The files are laid out as kubeadm's.
///
/// An existing certificate is kept, unless it expires within 30 days or differs from what would be issued now: then a new one is issued.
///
/// A separate authority signs the certificate that the apiserver shows to kubelets. The apiserver itself does not trust that authority, so a node
/// that leads the apiserver back to itself (a node chooses its own address) gains nothing.
final class Certificates {

    private static final Duration RENEW_BEFORE_END = Duration.ofDays(30);

    private final Layout layout;
    private final Settings settings;
    private final InstantSource clock;
    private final Set<String> renewed = new TreeSet<>();

    Certificates(Layout layout, Settings settings, InstantSource clock) {
        this.layout = layout;
        this.settings = settings;
        this.clock = clock;
    }

    void ensure() throws IOException {
        var authority = CertificateAuthority.readOrCreate(layout.pki().resolve("ca"), "kubernetes", clock);
        var etcd = CertificateAuthority.readOrCreate(layout.pki().resolve("etcd/ca"), "etcd-ca", clock);
        ensure(etcd, "etcd/server", CertificateRequest.peer("etcd", List.of("127.0.0.1", "localhost")));
        ensure(etcd, "apiserver-etcd-client", CertificateRequest.client("kube-apiserver-etcd-client"));
        ensure(authority, "apiserver", CertificateRequest.server("kube-apiserver", apiserverNames()));
        var kubeletClients = CertificateAuthority.readOrCreate(layout.pki().resolve("kubelet-client-ca"), "kubelet-client-ca", clock);
        ensure(kubeletClients, "apiserver-kubelet-client", CertificateRequest.client("kube-apiserver-kubelet-client"));
        var frontProxy = CertificateAuthority.readOrCreate(layout.pki().resolve("front-proxy-ca"), "front-proxy-ca", clock);
        ensure(frontProxy, "front-proxy-client", CertificateRequest.client("front-proxy-client"));
        ensure(authority, "admin", CertificateRequest.client("kubernetes-admin", "system:masters"));
        for (var instance : settings.instances()) {
            ofInstance(authority, instance);
        }
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

    private void ofInstance(CertificateAuthority authority, Instance instance) throws IOException {
        switch (instance.component()) {
            case ETCD, APISERVER -> { }
            case CONTROLLERS -> ofClient(authority, instance, "system:kube-controller-manager");
            case SCHEDULER -> ofClient(authority, instance, "system:kube-scheduler");
            case PROXY -> ofClient(authority, instance, "system:kube-proxy");
            case KUBELET -> ofClient(authority, instance, "system:node:" + instance.node(), "system:nodes");
            case HOLLOW -> ofClient(authority, instance, HollowNodes.USER, "system:nodes");
        }
    }

    /// Issues the certificate that the process shows to the apiserver, and the one with which it serves its own port.
    private void ofClient(CertificateAuthority authority, Instance instance, String user, String... groups) throws IOException {
        ensure(authority, instance.id(), CertificateRequest.client(user, groups));
        ensure(authority, instance.id() + "-server", CertificateRequest.server(user, List.of("localhost", "127.0.0.1", settings.nodeAddress(), settings.node())));
        kubeconfig(layout.kubeconfig(instance), "moka", authority, instance.id());
    }

    /// Issues the certificate if there is none, it ends soon, or it is of another authority, use or name, as older versions made them.
    private void ensure(CertificateAuthority authority, String name, CertificateRequest request) throws IOException {
        var base = layout.pki().resolve(name);
        var file = base.resolveSibling(base.getFileName() + ".crt");
        if (!Files.exists(file) || endsSoon(file) || !authority.wouldIssue(request, Pem.certificates(Files.readAllBytes(file)).getFirst())) {
            CertificateAuthority.write(authority.issue(request), base);
            renewed.add(name);
        }
    }

    /// Returns the file names of the certificates that this object has issued.
    Set<String> renewed() {
        return renewed;
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

    /// Puts the new certificate into the user's own file, if that has the cluster's context.
    void renewIn(Path userFile, String cluster) throws IOException {
        var user = Kubeconfig.read(userFile);
        if (user.has(contextName(cluster))) {
            put(user, contextName(cluster), Files.readAllBytes(layout.pki().resolve("ca.crt")), "admin");
            user.write(userFile);
        }
    }

    static void removeFrom(Path userFile, String cluster) throws IOException {
        if (Files.exists(userFile)) {
            var user = Kubeconfig.read(userFile);
            user.remove(contextName(cluster));
            user.write(userFile);
        }
    }

    /// Returns the user's kubeconfig file: the first file of KUBECONFIG, or `~/.kube/config`.
    static Path userKubeconfig() {
        var variable = System.getenv("KUBECONFIG");
        return variable == null || variable.isEmpty() ? Path.of(System.getProperty("user.home"), ".kube", "config") : Path.of(variable.split(":")[0]);
    }
}
