package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.ClientConfig;
import io.moka.machinery.client.Kubeconfig;
import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The controllers that complete access control: aggregated roles, certificates, token secrets.
class AccessControllersTest {

    private final String name = "access-" + Long.toString(System.nanoTime(), 36);
    @TempDir
    private Path folder;
    private ApiClient client;

    @BeforeEach
    void begin() throws IOException {
        client = new ApiClient(ClientConfig.load(kubeconfig(), null, "access-test"));
        client.resources(Namespace.class).create(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build());
    }

    @AfterEach
    void end() {
        client.resources(Namespace.class).delete("", name);
        for (var made : List.of(client.resources(ClusterRole.class), client.resources(ClusterRoleBinding.class), client.resources(CertificateSigningRequest.class))) {
            if (made.find("", name) != null) {
                made.delete("", name);
            }
        }
        client.close();
    }

    private static Path kubeconfig() {
        return TestCluster.shared().folder().resolve("kubeconfig");
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "has not come about: " + what);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private boolean gives(String role) {
        return client.resources(ClusterRole.class).get("", role).getRules().stream().anyMatch(rule -> rule.getApiGroups().contains(name));
    }

    @Test
    void aRoleForACustomKindWidensViewEditAndAdminAndNarrowsThemAgain() {
        client.resources(ClusterRole.class).create(new ClusterRoleBuilder().withNewMetadata().withName(name)
                .addToLabels("rbac.authorization.k8s.io/aggregate-to-view", "true").endMetadata()
                .addNewRule().withApiGroups(name).withResources("widgets").withVerbs("get", "list").endRule().build());
        long asked = System.nanoTime();
        for (var role : List.of("view", "edit", "admin")) {
            await(role + " gives it", () -> gives(role));
        }
        assertTrue(System.nanoTime() - asked < 1_000_000_000L, "within a second");
        client.resources(ClusterRole.class).delete("", name);
        for (var role : List.of("view", "edit", "admin")) {
            await(role + " does not give it any more", () -> !gives(role));
        }
    }

    @Test
    void whatSomebodyWritesIntoAnAggregatedRoleIsTakenOut() {
        client.resources(ClusterRole.class).create(new ClusterRoleBuilder().withNewMetadata().withName(name).endMetadata()
                .withNewAggregationRule().addNewClusterRoleSelector().addToMatchLabels("kubernetes.io/bootstrapping", "rbac-defaults")
                .addToMatchLabels("rbac.authorization.k8s.io/aggregate-to-admin", "true").endClusterRoleSelector().endAggregationRule()
                .addNewRule().withApiGroups(name).withResources("widgets").withVerbs("*").endRule().build());
        await("only the parts' rules", () -> !gives(name) && !client.resources(ClusterRole.class).get("", name).getRules().isEmpty());
    }

    private CertificateSigningRequest request(ApiClient by, String called, KeyPair pair, String subject, String signer, String... usages) {
        try {
            var request = new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), pair.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
            return by.resources(CertificateSigningRequest.class).create(new CertificateSigningRequestBuilder().withNewMetadata().withName(called).endMetadata()
                    .withNewSpec().withRequest(Base64.getEncoder().encodeToString(Pem.encode("CERTIFICATE REQUEST", request.getEncoded())))
                    .withSignerName("kubernetes.io/" + signer).withUsages(usages).withExpirationSeconds(3600).endSpec().build());
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] certificate(String called) {
        await("a certificate", () -> read(called).getStatus() != null && read(called).getStatus().getCertificate() != null);
        return Base64.getDecoder().decode(read(called).getStatus().getCertificate());
    }

    private CertificateSigningRequest read(String called) {
        return client.resources(CertificateSigningRequest.class).get("", called);
    }

    private Path kubeconfig(byte[] certificate, KeyPair pair) throws IOException {
        var known = Kubeconfig.read(kubeconfig()).context(null);
        var own = Kubeconfig.create();
        own.put("own", known.server(), known.certificateAuthority(), certificate, Pem.encode("PRIVATE KEY", pair.getPrivate().getEncoded()));
        own.useContext("own");
        own.write(folder.resolve("own"));
        return folder.resolve("own");
    }

    private ApiClient as(String subject) throws IOException {
        var pair = CertificateAuthority.newKeyPair();
        request(client, name, pair, subject, "kube-apiserver-client", "client auth");
        TestCluster.shared().kubectl("certificate", "approve", name).ok();
        return new ApiClient(ClientConfig.load(kubeconfig(certificate(name), pair), null, "access-test"));
    }

    @Test
    void anApprovedCertificateWorksAgainstTheApiserver() throws IOException {
        var pair = CertificateAuthority.newKeyPair();
        request(client, name, pair, "O=devs,CN=ann", "kube-apiserver-client", "client auth", "digital signature");
        TestCluster.shared().kubectl("certificate", "approve", name).ok();
        var signed = certificate(name);
        var end = Pem.certificates(signed).getFirst().getNotAfter().toInstant();
        assertTrue(Duration.between(Instant.now(), end).compareTo(Duration.ofSeconds(3600)) <= 0, "no longer than asked for: " + end);
        var who = TestCluster.shared().kubectl("--kubeconfig", kubeconfig(signed, pair).toString(), "auth", "whoami", "-o", "jsonpath={.status.userInfo.username} {.status.userInfo.groups}").ok();
        assertEquals("ann [\"devs\",\"system:authenticated\"]", who.strip());
    }

    @Test
    void aRequestThatItsSignerDoesNotAllowFails() {
        request(client, name, CertificateAuthority.newKeyPair(), "O=system:nodes,CN=system:node:x", "kubelet-serving", "server auth", "digital signature");
        TestCluster.shared().kubectl("certificate", "approve", name).ok();
        await("the failure", () -> read(name).getStatus().getConditions().stream().anyMatch(condition -> condition.getType().equals("Failed")));
        var failed = read(name).getStatus().getConditions().stream().filter(condition -> condition.getType().equals("Failed")).findFirst().orElseThrow();
        assertEquals("SignerValidationFailure", failed.getReason());
        assertEquals("DNS or IP subjectAltName is required", failed.getMessage());
        assertNull(read(name).getStatus().getCertificate());
    }

    @Test
    void aKubeletsRequestIsApprovedForWhoMayAndForNobodyElse() throws IOException {
        try (var ann = as("CN=ann-" + name)) {
            client.resources(ClusterRoleBinding.class).create(new ClusterRoleBindingBuilder().withNewMetadata().withName(name).endMetadata()
                    .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "system:node-bootstrapper")
                    .addNewSubject("rbac.authorization.k8s.io", "User", "ann-" + name, null).build());
            await("ann may ask", () -> {
                try {
                    request(ann, name + "-ann", CertificateAuthority.newKeyPair(), "O=system:nodes,CN=system:node:x", "kube-apiserver-client-kubelet", "client auth", "digital signature");
                    return true;
                } catch (ApiException notYet) {
                    return false;
                }
            });
        }
        request(client, name + "-admin", CertificateAuthority.newKeyPair(), "O=system:nodes,CN=system:node:x", "kube-apiserver-client-kubelet", "client auth", "digital signature");
        certificate(name + "-admin");
        var approval = read(name + "-admin").getStatus().getConditions().getFirst();
        assertEquals("Approved AutoApproved Auto approving kubelet client certificate after SubjectAccessReview.",
                approval.getType() + " " + approval.getReason() + " " + approval.getMessage());
        // one worker takes requests in their order, so this one has been looked at
        var status = read(name + "-ann").getStatus();
        assertTrue(status == null || status.getConditions().isEmpty(), "ann must not have a node's certificate");
        client.resources(CertificateSigningRequest.class).delete("", name + "-ann");
        client.resources(CertificateSigningRequest.class).delete("", name + "-admin");
    }

    private Secret tokenSecret(String account) {
        return client.resources(Secret.class).create(new SecretBuilder().withNewMetadata().withNamespace(name).withName(account + "-token")
                .addToAnnotations("kubernetes.io/service-account.name", account).endMetadata().withType("kubernetes.io/service-account-token").build());
    }

    private static String decode(Secret secret, String key) {
        return new String(Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.UTF_8);
    }

    private TestClusterAnswer whoIs(String token) {
        var known = TestCluster.shared();
        var answer = known.kubectl("--kubeconfig=/dev/null", "--server=https://127.0.0.1:" + known.apiserverPort(), "--insecure-skip-tls-verify", "--token=" + token,
                "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}");
        return new TestClusterAnswer(answer.out().strip(), answer.toString());
    }

    private record TestClusterAnswer(String user, String whole) {
    }

    @Test
    void aTokenSecretIsFilledAndGoesWithItsAccount() {
        client.resources(ServiceAccount.class).create(new ServiceAccountBuilder().withNewMetadata().withNamespace(name).withName("robot").endMetadata().build());
        var made = tokenSecret("robot");
        await("a token", () -> client.resources(Secret.class).get(name, "robot-token").getData() != null
                && client.resources(Secret.class).get(name, "robot-token").getData().containsKey("token"));
        var filled = client.resources(Secret.class).get(name, "robot-token");
        assertEquals(made.getMetadata().getUid(), filled.getMetadata().getUid());
        assertEquals(name, decode(filled, "namespace"));
        assertTrue(decode(filled, "ca.crt").startsWith("-----BEGIN CERTIFICATE-----"));
        assertEquals(client.resources(ServiceAccount.class).get(name, "robot").getMetadata().getUid(), filled.getMetadata().getAnnotations().get("kubernetes.io/service-account.uid"));
        var token = decode(filled, "token");
        assertEquals("system:serviceaccount:" + name + ":robot", whoIs(token).user(), () -> whoIs(token).whole());
        client.resources(ServiceAccount.class).delete(name, "robot");
        await("the secret goes", () -> client.resources(Secret.class).find(name, "robot-token") == null);
        assertNotEquals("system:serviceaccount:" + name + ":robot", whoIs(token).user());
    }

    @Test
    void aTokenSecretOfNoAccountIsDeleted() {
        tokenSecret("nobody");
        await("the secret goes", () -> client.resources(Secret.class).find(name, "nobody-token") == null);
    }
}
