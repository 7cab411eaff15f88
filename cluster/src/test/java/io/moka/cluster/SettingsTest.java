package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.client.Kubeconfig;
import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.CertificateRequest;
import io.moka.machinery.pki.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    @TempDir
    private Path folder;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void aClusterOfAnOlderMokaHasDnsToo() throws IOException {
        var layout = new Layout(folder, "old");
        var settings = Settings.choose("old", 31_000, null, null);
        settings.withoutDns(true).write(layout);
        assertTrue(Settings.require(layout).withoutDns());
        Files.writeString(layout.settings(), Files.readString(layout.settings()).replaceAll(",\\s*\"withoutDns\" : true", ""));
        assertFalse(Settings.require(layout).withoutDns());
        assertEquals("10.203.0.10", settings.serviceAddress(10));
    }

    @Test
    void clustersAThousandPortsApartNeverMeet() throws IOException {
        var pods = new HashSet<String>();
        var services = new HashSet<String>();
        var ports = new HashSet<Integer>();
        for (int base = 2_000; base <= 61_000; base += 1_000) {
            var settings = Settings.choose("c" + base, base, null, null);
            assertTrue(pods.add(settings.podCidr()), settings.podCidr());
            assertTrue(services.add(settings.serviceCidr()), settings.serviceCidr());
            for (int port : settings.ports().byName().values()) {
                assertTrue(ports.add(port));
            }
            var range = settings.nodePorts().split("-");
            assertTrue(Integer.parseInt(range[0]) > base + 6 && Integer.parseInt(range[1]) < base + 1_000);
            assertTrue(settings.bridge().length() <= 15);
        }
        pods.retainAll(services);
        assertEquals(new HashSet<>(), pods);
    }

    @Test
    void aNewClusterHasNoAddressOfAnother() throws IOException {
        Settings.choose("old", 22_000, null, null).write(new Layout(folder, "old"));
        Settings.choose("training-1", 23_000, null, null).write(new Layout(folder, "training-1"));
        var neighbours = Neighbours.of(new Layout(folder, "new"));

        var failure = assertThrows(ClusterException.class, () -> neighbours.requireApart(Settings.choose("new", 22_100, null, null)));
        assertTrue(failure.getMessage().startsWith("--pod-cidr 10.134.0.0/16: cluster \"old\" of this machine has 10.134.0.0/16; use another --port-base"), failure.getMessage());
        assertThrows(ClusterException.class, () -> neighbours.requireApart(Settings.choose("new", 22_100, "10.1.0.0/16", null)));
        assertThrows(ClusterException.class, () -> neighbours.requireApart(Settings.choose("new", 0, null, "10.134.128.0/24")));

        neighbours.requireApart(Settings.choose("new", 22_100, "10.1.0.0/16", "10.2.0.0/16"));
        neighbours.requireApart(Settings.choose("new", 23_000, null, null));
        neighbours.requireApart(Settings.choose("new", 0, null, null));
        Neighbours.of(new Layout(folder, "old")).requireApart(Settings.choose("old", 22_000, null, null));
        Neighbours.of(new Layout(folder.resolve("none"), "new")).requireApart(Settings.choose("new", 0, null, null));
    }

    @Test
    void aDamagedNeighbourKeepsNobodyFromStarting() throws IOException {
        var settings = new Layout(folder, "old").settings();
        Files.createDirectories(settings.getParent());
        Files.writeString(settings, "{");
        Neighbours.of(new Layout(folder, "new")).requireApart(Settings.choose("new", 22_000, null, null));
    }

    @Test
    void withoutAPortBaseEverythingIsAsInKubernetes() throws IOException {
        var usual = Settings.choose("moka", 0, null, null);
        assertEquals(6443, usual.ports().apiserver());
        assertEquals("10.244.0.0/16", usual.podCidr());
        assertEquals("10.96.0.1", usual.serviceAddress(1));
        assertEquals("10.96.0.10", usual.serviceAddress(10));
        assertEquals("10.244.0.0/24", usual.nodePodCidr());
        assertEquals("10.1.0.0/16", Settings.choose("moka", 0, "10.1.0.0/16", null).podCidr());
        assertThrows(ClusterException.class, () -> Ports.from(80));
        assertThrows(ClusterException.class, () -> Ports.from(65_000));
    }

    @Test
    void settingsSurviveTheirFileAndAnAbsentClusterIsNamed() throws IOException {
        var layout = new Layout(folder, "home");
        assertNull(Settings.read(layout));
        assertTrue(assertThrows(ClusterException.class, () -> Settings.require(layout)).getMessage().contains("bin/moka up --name home"));
        var settings = Settings.choose("home", 5_000, null, null);
        settings.write(layout);
        assertEquals(settings, Settings.require(layout));
        Files.writeString(layout.settings(), Files.readString(layout.settings()).replaceFirst(",\\s*\"proxyMode\"[^}]*", ""));
        assertEquals("nftables", Settings.require(layout).proxyMode(), "a folder of an earlier version");
        assertEquals("rr", Settings.require(layout).ipvsScheduler(), "a folder of an earlier version");
    }

    @Test
    void theAddressFollowsAMachineThatHasMoved() throws IOException {
        var here = Settings.choose("home", 5_000, null, null);
        assertEquals(here, here.followingTheMachine());
        var elsewhere = new Settings(here.node(), "203.0.113.77", here.ports(), here.podCidr(), here.serviceCidr(), here.nodePorts(), here.bridge(), 0,
                here.proxyMode(), here.ipvsScheduler(), false, here.kubeletArguments());
        assertEquals(here, elsewhere.followingTheMachine());
    }

    private TreeMap<String, byte[]> pki(Layout layout) throws IOException {
        var files = new TreeMap<String, byte[]>();
        try (var walk = Files.walk(layout.pki())) {
            for (var file : walk.filter(Files::isRegularFile).toList()) {
                files.put(layout.pki().relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }

    @Test
    void certificatesAreMadeOnceKeptAndRenewedNearTheirEnd() throws IOException {
        var layout = new Layout(folder, "home");
        var certificates = new Certificates(layout, Settings.choose("home", 5_000, null, null), () -> now);
        certificates.ensure();
        var first = pki(layout);
        for (var name : new String[] {"ca", "apiserver", "admin", "etcd/ca", "etcd/server", "apiserver-etcd-client", "apiserver-kubelet-client", "front-proxy-ca", "front-proxy-client", "kubelet", "scheduler", "controllers", "proxy", "kubelet-server", "scheduler-server", "controllers-server", "proxy-server", "kubelet-client-ca"}) {
            assertTrue(first.containsKey(name + ".crt") && first.containsKey(name + ".key"), name);
        }
        for (var file : first.keySet()) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(layout.pki().resolve(file))), file);
        }
        now = now.plus(Duration.ofDays(300));
        certificates.ensure();
        first.forEach((file, content) -> assertArrayEquals(content, read(layout, file), file));
        now = now.plus(Duration.ofDays(40));
        certificates.ensure();
        assertFalse(java.util.Arrays.equals(first.get("admin.crt"), read(layout, "admin.crt")), "ends within a month: renewed");
        for (var kept : new String[] {"ca.crt", "ca.key", "sa.key", "etcd/ca.crt"}) {
            assertArrayEquals(first.get(kept), read(layout, kept), kept);
        }
    }

    @Test
    void hollowNodesAreRememberedAndHaveACredentialOnlyWhereThereAreSome() throws IOException {
        var layout = new Layout(folder, "home");
        var settings = Settings.choose("home", 5_000, null, null);
        new Certificates(layout, settings, () -> now).ensure();
        assertFalse(pki(layout).containsKey("hollow.crt"));
        var many = settings.withHollowNodes(100);
        many.write(layout);
        assertEquals(100, Settings.require(layout).hollowNodes());
        new Certificates(layout, many, () -> now).ensure();
        var certificate = certificate(layout, "hollow.crt").getSubjectX500Principal().getName();
        assertTrue(certificate.contains("CN=system:hollow-nodes") && !certificate.contains("system:node:"), certificate);
        Files.writeString(layout.settings(), Files.readString(layout.settings()).replaceFirst(",\\s*\"hollowNodes\" : 100", ""));
        assertEquals(0, Settings.require(layout).hollowNodes(), "the file of an older version has none");
    }

    @Test
    void theHollowKubeletIsToldFromTheRealOne() {
        var hollow = java.util.List.of("java", "io.moka.kubelet.Kubelet", "--runtime=hollow", "--nodes=3");
        assertTrue(Component.HOLLOW.isProgramOf(hollow) && !Component.KUBELET.isProgramOf(hollow));
        var real = java.util.List.of("java", "io.moka.kubelet.Kubelet", "--root-dir=/x");
        assertTrue(Component.KUBELET.isProgramOf(real) && !Component.HOLLOW.isProgramOf(real));
    }

    /// A certificate says one side of a connection; the apiserver's identity before kubelets is none that the apiserver takes.
    @Test
    void clientsAndServersHaveCertificatesOfTheirOwn() throws Exception {
        var layout = new Layout(folder, "home");
        var settings = Settings.choose("home", 5_000, null, null);
        new Certificates(layout, settings, () -> now).ensure();
        for (var file : pki(layout).keySet()) {
            if (file.endsWith(".crt") && !file.endsWith("ca.crt") && !file.equals("etcd/server.crt")) {
                boolean server = file.equals("apiserver.crt") || file.endsWith("-server.crt");
                assertEquals(java.util.List.of(server ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2"), certificate(layout, file).getExtendedKeyUsage(), file);
            }
        }
        var toKubelets = certificate(layout, "apiserver-kubelet-client.crt");
        assertEquals("CN=kube-apiserver-kubelet-client", toKubelets.getSubjectX500Principal().getName());
        toKubelets.verify(certificate(layout, "kubelet-client-ca.crt").getPublicKey());
        assertThrows(java.security.GeneralSecurityException.class, () -> toKubelets.verify(certificate(layout, "ca.crt").getPublicKey()));
    }

    /// As older versions left it: one certificate for both sides, a master's before kubelets.
    @Test
    void certificatesOfAnOlderClusterAreReplaced() throws Exception {
        var layout = new Layout(folder, "home");
        var settings = Settings.choose("home", 5_000, null, null);
        var certificates = new Certificates(layout, settings, () -> now);
        certificates.ensure();
        var authority = CertificateAuthority.read(layout.pki().resolve("ca.crt"), layout.pki().resolve("ca.key"), () -> now);
        CertificateAuthority.write(authority.issue(CertificateRequest.client("kube-apiserver-kubelet-client", "system:masters")), layout.pki().resolve("apiserver-kubelet-client"));
        CertificateAuthority.write(authority.issue(CertificateRequest.peer("system:kube-proxy", java.util.List.of("localhost"))), layout.pki().resolve("proxy"));
        certificates.ensure();
        assertEquals("CN=kube-apiserver-kubelet-client", certificate(layout, "apiserver-kubelet-client.crt").getSubjectX500Principal().getName());
        assertEquals(java.util.List.of("1.3.6.1.5.5.7.3.2"), certificate(layout, "proxy.crt").getExtendedKeyUsage());
    }

    private static java.security.cert.X509Certificate certificate(Layout layout, String file) throws IOException {
        return Pem.certificates(read(layout, file)).getFirst();
    }

    private static byte[] read(Layout layout, String file) {
        try {
            return Files.readAllBytes(layout.pki().resolve(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void theUsersKubeconfigGainsAContextAndLosesItAgain() throws IOException {
        var layout = new Layout(folder, "home");
        var certificates = new Certificates(layout, Settings.choose("home", 5_000, null, null), () -> now);
        certificates.ensure();
        var user = folder.resolve("user-config");
        certificates.mergeInto(user);
        assertEquals("moka-home", Kubeconfig.read(user).currentContext());
        assertEquals("https://127.0.0.1:5002", Kubeconfig.read(user).context(null).server());
        Certificates.removeFrom(user, "home");
        assertEquals("", Kubeconfig.read(user).currentContext());
        Certificates.removeFrom(folder.resolve("none"), "home");
    }
}
