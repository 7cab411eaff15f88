package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.moka.machinery.client.Kubeconfig;
import io.moka.machinery.pki.Pem;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whom each certificate names and who signs it, when certificates are issued anew, and what becomes of the user's kubeconfig.
class CertificatesTest {

    private static final Settings SETTINGS = ClusterFolder.settings(Ports.from(5_000)).withHollowNodes(2);
    private static final String OTHERS = """
            apiVersion: v1
            kind: Config
            preferences: {colors: true}
            clusters:
            - {name: work, cluster: {server: "https://work.example", insecure-skip-tls-verify: true}}
            - {name: moka, cluster: {server: "https://127.0.0.1:6443"}}
            users:
            - {name: work, user: {exec: {command: login, args: [a, b]}}}
            contexts:
            - {name: work, context: {cluster: work, user: work, namespace: shop}}
            current-context: work
            """;

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static Map<String, byte[]> pki = Map.of();

    @TempDir
    private Path folder;

    private Instant now = BEGIN;
    private Layout layout;

    @BeforeAll
    static void issueAll(@TempDir Path first) throws IOException {
        var layout = new Layout(first, "home");
        new Certificates(layout, SETTINGS, () -> BEGIN).ensure();
        pki = ClusterFolder.save(layout);
    }

    @BeforeEach
    void makeAll() throws IOException {
        layout = new Layout(folder, "home");
        ClusterFolder.restore(pki, layout);
        certificates(SETTINGS).ensure();
    }

    private Certificates certificates(Settings settings) {
        return new Certificates(layout, settings, () -> now);
    }

    private X509Certificate certificate(String name) throws IOException {
        return Pem.certificates(Files.readAllBytes(layout.pki().resolve(name + ".crt"))).getFirst();
    }

    @Test
    void eachCertificateNamesItsUserAndIsSignedByItsAuthority() throws Exception {
        var expected = """
                admin                     CN=kubernetes-admin,O=system:masters      ca
                apiserver                 CN=kube-apiserver                         ca
                apiserver-etcd-client     CN=kube-apiserver-etcd-client             etcd/ca
                apiserver-kubelet-client  CN=kube-apiserver-kubelet-client          kubelet-client-ca
                controllers               CN=system:kube-controller-manager         ca
                controllers-server        CN=system:kube-controller-manager         ca
                etcd/server               CN=etcd                                   etcd/ca
                front-proxy-client        CN=front-proxy-client                     front-proxy-ca
                hollow                    CN=system:hollow-nodes,O=system:nodes     ca
                kubelet                   CN=system:node:alpha,O=system:nodes       ca
                kubelet-server            CN=system:node:alpha                      ca
                proxy                     CN=system:kube-proxy                      ca
                scheduler                 CN=system:kube-scheduler                  ca
                """;
        for (var line : expected.lines().toList()) {
            var words = line.split("\\s+");
            assertEquals(words[1], certificate(words[0]).getSubjectX500Principal().getName(), words[0]);
            certificate(words[0]).verify(certificate(words[2]).getPublicKey());
            assertEquals(-1, certificate(words[0]).getBasicConstraints(), words[0] + " signs no others");
            assertTrue(TlsIdentity.read(layout.pki().resolve(words[0] + ".crt"), layout.pki().resolve(words[0] + ".key")).belongsTogether(), words[0]);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            apiserver      | 10.2.0.1 127.0.0.1 192.0.2.7 alpha kubernetes kubernetes.default kubernetes.default.svc kubernetes.default.svc.cluster.local localhost
            kubelet-server | 127.0.0.1 192.0.2.7 alpha localhost
            hollow-server  | 127.0.0.1 192.0.2.7 alpha localhost
            etcd/server    | 127.0.0.1 localhost
            admin          |
            """)
    void serversHaveTheNamesByWhichTheyAreCalled(String name, String names) throws Exception {
        var found = certificate(name).getSubjectAlternativeNames();
        assertEquals(names, found == null ? null : found.stream().map(entry -> entry.get(1).toString()).sorted().collect(Collectors.joining(" ")));
    }

    @ParameterizedTest
    @EnumSource(names = {"KUBELET", "CONTROLLERS", "SCHEDULER", "PROXY", "HOLLOW"})
    void kubeconfigOfAComponentLeadsToTheApiserverWithItsOwnIdentity(Component component) throws IOException {
        var context = Kubeconfig.read(layout.kubeconfig(SETTINGS.instance(component))).context(null);
        assertEquals("https://127.0.0.1:5002", context.server());
        assertArrayEquals(Files.readAllBytes(layout.pki().resolve("ca.crt")), context.certificateAuthority());
        assertEquals(certificate(component.id()), Pem.certificates(context.clientCertificate()).getFirst());
        assertTrue(TlsIdentity.parse(context.clientCertificate(), context.clientKey()).belongsTogether());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(layout.kubeconfig(SETTINGS.instance(component)))));
    }

    @Test
    void tokensThatTheApiserverSignsAreVerifiedByTheKeyBesideIt() throws IOException, GeneralSecurityException {
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(Pem.privateKey(Files.readAllBytes(layout.pki().resolve("sa.key"))));
        signature.update(new byte[] {1, 2, 3});
        var signed = signature.sign();
        signature.initVerify(Pem.publicKey(Files.readAllBytes(layout.pki().resolve("sa.pub"))));
        signature.update(new byte[] {1, 2, 3});
        assertTrue(signature.verify(signed));
    }

    private TreeSet<String> allNames() throws IOException {
        try (var files = Files.walk(layout.pki())) {
            return files.map(file -> layout.pki().relativize(file).toString()).filter(name -> name.endsWith(".crt") && !name.endsWith("ca.crt"))
                    .map(name -> name.substring(0, name.length() - 4)).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /// Certificates are valid for 365 days and renewed in the last 30.
    @Test
    void certificatesAreRenewedInTheirLastThirtyDaysAndOnce() throws IOException {
        now = BEGIN.plus(Duration.ofDays(335));
        var early = certificates(SETTINGS);
        early.ensure();
        assertEquals(new TreeSet<String>(), early.renewed());
        now = now.plusSeconds(1);
        var due = certificates(SETTINGS);
        due.ensure();
        assertEquals(allNames(), due.renewed());
        assertEquals(now.plus(Duration.ofDays(365)), certificate("apiserver").getNotAfter().toInstant());
        assertEquals(certificate("proxy"), Pem.certificates(Kubeconfig.read(layout.kubeconfig(SETTINGS.instance(Component.PROXY))).context(null).clientCertificate()).getFirst());
        var again = certificates(SETTINGS);
        again.ensure();
        assertEquals(new TreeSet<String>(), again.renewed());
    }

    private Settings changed(String change) throws IOException {
        var s = SETTINGS;
        return switch (change) {
            case "address" -> new Settings(s.node(), "192.0.2.8", s.ports(), s.podCidr(), s.serviceCidr(), s.nodePorts(), s.bridge(), 2, "nftables", "rr", false, s.kubeletArguments());
            case "services" -> new Settings(s.node(), s.nodeAddress(), s.ports(), s.podCidr(), "10.3.0.0/16", s.nodePorts(), s.bridge(), 2, "nftables", "rr", false, s.kubeletArguments());
            case "proxy mode" -> s.withProxyMode("ipvs", "sh");
            case "lost" -> {
                Files.delete(layout.pki().resolve("proxy.crt"));
                yield s;
            }
            case "etcd authority" -> {
                Files.delete(layout.pki().resolve("etcd/ca.crt"));
                yield s;
            }
            case "hollow" -> {
                Files.delete(layout.pki().resolve("hollow.crt"));
                Files.delete(layout.pki().resolve("hollow-server.crt"));
                yield s;
            }
            default -> throw new IllegalArgumentException(change);
        };
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            address          | apiserver controllers-server hollow-server kubelet-server proxy-server scheduler-server
            services         | apiserver
            proxy mode       |
            lost             | proxy
            hollow           | hollow hollow-server
            etcd authority   | apiserver-etcd-client etcd/server
            """)
    void aChangeRenewsTheCertificatesThatItConcerns(String change, String renewed) throws IOException {
        var settings = changed(change);
        var certificates = certificates(settings);
        certificates.ensure();
        assertEquals(renewed == null ? "" : renewed, String.join(" ", certificates.renewed()));
    }

    @Test
    void clustersHaveContextsOfTheirOwn() {
        assertEquals("moka", Certificates.contextName("moka"));
        assertEquals("moka-home", Certificates.contextName("home"));
    }

    private static JsonNode tree(Path file) throws IOException {
        return new YAMLMapper().readTree(file.toFile());
    }

    private Path userFile(String content) throws IOException {
        return Files.writeString(folder.resolve("config"), content);
    }

    @Test
    void theUsersOtherEntriesSurviveTheContextAndItsEnd() throws IOException {
        var user = userFile(OTHERS);
        var before = tree(user);
        certificates(SETTINGS).mergeInto(user);
        certificates(SETTINGS).mergeInto(user);
        assertEquals("moka-home", Kubeconfig.read(user).currentContext());
        assertEquals(3, tree(user).path("clusters").size(), "added once");
        assertEquals(before.path("contexts").get(0), tree(user).path("contexts").get(0));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(user)), "the file holds a key now");
        Certificates.removeFrom(user, "home");
        var after = tree(user);
        assertEquals("", after.path("current-context").asText());
        for (var section : new String[] {"apiVersion", "kind", "preferences", "clusters", "users", "contexts"}) {
            assertEquals(before.path(section), after.path(section), section);
        }
    }

    @Test
    void theEndOfAClusterLeavesAnotherCurrentContext() throws IOException {
        var user = userFile(OTHERS);
        certificates(SETTINGS).mergeInto(user);
        Files.writeString(user, Files.readString(user).replace("current-context: \"moka-home\"", "current-context: work"));
        Certificates.removeFrom(user, "home");
        assertEquals("work", Kubeconfig.read(user).currentContext());
        assertFalse(Kubeconfig.read(user).has("moka-home"));
    }

    /// Upstream's kubectl writes `null` for a list that has become empty.
    @ParameterizedTest
    @ValueSource(strings = {"clusters: null\ncontexts: null\nusers: null\ncurrent-context: ''\n", "", "apiVersion: v1\nkind: Config\n"})
    void aFileWithoutEntriesGainsTheContext(String content) throws IOException {
        var user = userFile(content);
        certificates(SETTINGS).mergeInto(user);
        assertEquals("https://127.0.0.1:5002", Kubeconfig.read(user).context("moka-home").server());
    }

    @Test
    void renewalReachesTheUsersFileOnlyIfThatHasTheContext() throws IOException {
        var user = userFile(OTHERS);
        certificates(SETTINGS).renewIn(user, "home");
        assertEquals(OTHERS, Files.readString(user), "not even written again");
        certificates(SETTINGS).mergeInto(user);
        Files.writeString(user, Files.readString(user).replace("current-context: \"moka-home\"", "current-context: work"));
        now = BEGIN.plus(Duration.ofDays(340));
        certificates(SETTINGS).ensure();
        certificates(SETTINGS).renewIn(user, "home");
        assertEquals(certificate("admin"), Pem.certificates(Kubeconfig.read(user).context("moka-home").clientCertificate()).getFirst());
        assertEquals("work", Kubeconfig.read(user).currentContext());
    }

    @Test
    void theAuditPolicyIsPrivateAndTheAdministratorsOwnStays() throws IOException {
        AuditPolicy.ensure(layout);
        var rules = tree(AuditPolicy.file(layout)).path("rules");
        assertEquals("{\"level\":\"Metadata\"}", rules.get(rules.size() - 1).toString(), "the last rule takes all that the others leave");
        assertTrue(Arrays.asList("None", "Metadata").containsAll(rules.findValuesAsText("level")), "no rule records contents, which include secrets");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(AuditPolicy.file(layout))));
        Files.write(AuditPolicy.file(layout), "{}".getBytes(StandardCharsets.UTF_8));
        AuditPolicy.ensure(layout);
        assertEquals("{}", Files.readString(AuditPolicy.file(layout)));
    }
}
