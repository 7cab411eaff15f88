package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.testing.Kubectl;
import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.Pem;
import java.io.IOException;
import java.security.KeyPair;
import java.util.Base64;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Certificate signing requests: what may be asked for, and who decides.
final class CertificateRequestTest extends ServerTest {
    private static final String REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
    private static final String CLIENT = "kubernetes.io/kube-apiserver-client";

    /// Returns a request as the field `request` has it.
    ///
    /// @param signedBy null for the pair that the request is about
    static String pem(String subject, KeyPair signedBy) {
        try {
            KeyPair pair = CertificateAuthority.newKeyPair();
            var request = new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), pair.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build((signedBy == null ? pair : signedBy).getPrivate()));
            return Base64.getEncoder().encodeToString(Pem.encode("CERTIFICATE REQUEST", request.getEncoded()));
        } catch (IOException | OperatorCreationException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static String body(String name, String request, String signer, String usages, String more) {
        return "{\"apiVersion\":\"certificates.k8s.io/v1\",\"kind\":\"CertificateSigningRequest\",\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"request\":\"" + request + "\",\"signerName\":\"" + signer + "\",\"usages\":"
                + usages + more + "}}";
    }

    private static TestServer.Answer ask(TestServer.Caller caller, String name) {
        return caller.post(REQUESTS, body(name, pem("O=devs,CN=ann", null), CLIENT, "[\"client auth\"]", ",\"username\":\"forged\",\"groups\":[\"system:masters\"]"));
    }

    @Test
    void theServerWritesWhoAsked() {
        var bob = server.as(TestPki.shared().client("bob", "devs"));
        assertEquals(403, ask(bob, "by-bob").code());
        var made = ask(admin(), "by-admin");
        assertEquals(201, made.code(), made.body());
        assertEquals("admin", made.text("spec", "username"));
        assertEquals("[\"system:masters\",\"system:authenticated\"]", made.json().at("/spec/groups").toString());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "no-pem        | aGVsbG8=   | kubernetes.io/kube-apiserver-client | [\"client auth\"] | ``                        | 422 | PEM block type must be CERTIFICATE REQUEST",
        "forged        | FORGED     | kubernetes.io/kube-apiserver-client | [\"client auth\"] | ``                        | 422 | spec.request: Invalid value",
        "masters       | MASTERS    | kubernetes.io/kube-apiserver-client | [\"client auth\"] | ``                        | 403 | use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed",
        "masters-other | MASTERS    | example.com/mine                    | [\"client auth\"] | ``                        | 201 | ``",
        "no-usages     | GOOD       | kubernetes.io/kube-apiserver-client | []                | ``                        | 422 | spec.usages: Required value",
        "bad-usage     | GOOD       | kubernetes.io/kube-apiserver-client | [\"flying\"]      | ``                        | 422 | spec.usages[0]: Unsupported value: \"flying\"",
        "bad-signer    | GOOD       | nodomain                            | [\"client auth\"] | ``                        | 422 | must be a fully qualified domain and path of the form 'example.com/signer-name'",
        "legacy        | GOOD       | kubernetes.io/legacy-unknown        | [\"client auth\"] | ``                        | 422 | the legacy signerName is not allowed via this API version",
        "short         | GOOD       | example.com/mine                    | [\"client auth\"] | ,\"expirationSeconds\":599 | 422 | may not specify a duration less than 600 seconds (10 minutes)",
    })
    void requestsAreChecked(String name, String request, String signer, String usages, String more, int code, String message) {
        String pem = switch (request) {
            case "GOOD" -> pem("CN=ann", null);
            case "MASTERS" -> pem("O=system:masters,CN=ann", null);
            case "FORGED" -> pem("CN=ann", CertificateAuthority.newKeyPair());
            default -> request;
        };
        var answer = admin().post(REQUESTS, body(name, pem, signer, usages, more));
        assertEquals(code, answer.code(), answer.body());
        assertTrue(answer.body().contains(message.replace("\"", "\\\"")), answer.body());
    }

    private static String condition(String type) {
        return "{\"status\":{\"conditions\":[{\"type\":\"" + type + "\",\"status\":\"True\",\"reason\":\"r\"}]}}";
    }

    @Test
    void aDecisionIsMadeOnceAndThroughApprovalAlone() {
        ask(admin(), "once");
        String path = REQUESTS + "/once";
        var refused = admin().patch(path + "/status", "merge-patch", condition("Approved"));
        assertEquals(422, refused.code());
        assertTrue(refused.text("message").contains("updates may not add a condition of type \"Approved\""), refused.body());
        assertEquals(0, admin().get(path).json().at("/status/conditions").size());
        assertEquals(200, admin().patch(path, "merge-patch", condition("Approved")).code());
        assertEquals(0, admin().get(path).json().at("/status/conditions").size());
        var approved = admin().patch(path + "/approval", "merge-patch", condition("Approved"));
        assertEquals("Approved", approved.json().at("/status/conditions/0/type").asText(), approved.body());
        assertTrue(!approved.json().at("/status/conditions/0/lastUpdateTime").asText().isEmpty());
        assertEquals(422, admin().patch(path + "/approval", "merge-patch", condition("Denied")).code());
        assertEquals(422, admin().patch(path + "/approval", "merge-patch", "{\"status\":{\"conditions\":[]}}").code());
        assertEquals(422, admin().patch(path + "/approval", "json-patch", "[{\"op\":\"add\",\"path\":\"/status/conditions/-\",\"value\":{\"type\":\"Denied\",\"status\":\"True\"}}]").code());
        assertEquals(200, admin().patch(path + "/approval", "merge-patch", "{\"status\":{\"certificate\":\"Zm9yZ2Vk\"}}").code());
        assertEquals("", admin().get(path).text("status", "certificate"));
        String certificate = Base64.getEncoder().encodeToString("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n".getBytes(UTF_8));
        assertEquals(200, admin().patch(path + "/status", "merge-patch", "{\"status\":{\"certificate\":\"" + certificate + "\"}}").code());
        assertEquals("Approved", admin().get(path).json().at("/status/conditions/0/type").asText());
        assertEquals(422, admin().patch(path + "/status", "merge-patch", "{\"status\":{\"certificate\":\"Zm9v\"}}").code());
    }

    @Test
    void onlyWhoMayApproveForTheSignerDoes() {
        ask(admin(), "guarded");
        var rbac = "/apis/rbac.authorization.k8s.io/v1/";
        admin().post(rbac + "clusterroles", """
                {"metadata":{"name":"approver"},"rules":[
                  {"apiGroups":["certificates.k8s.io"],"resources":["certificatesigningrequests/approval","certificatesigningrequests/status"],"verbs":["update","patch"]},
                  {"apiGroups":["certificates.k8s.io"],"resources":["signers"],"resourceNames":["example.com/*"],"verbs":["approve"]}]}""");
        admin().post(rbac + "clusterrolebindings", """
                {"metadata":{"name":"approver"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"approver"},
                 "subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"paula"}]}""");
        admin().post(REQUESTS, body("theirs", pem("CN=x", null), "example.com/web", "[\"client auth\"]", ""));
        var paula = server.as(TestPki.shared().client("paula"));
        TestServer.await("the role counts", () -> paula.patch(REQUESTS + "/theirs/approval", "merge-patch", condition("Approved")).code() == 200);
        var refused = paula.patch(REQUESTS + "/guarded/approval", "merge-patch", condition("Approved"));
        assertEquals(403, refused.code());
        assertTrue(refused.text("message").contains("user not permitted to approve requests with signerName \"kubernetes.io/kube-apiserver-client\""), refused.body());
        assertEquals(403, paula.patch(REQUESTS + "/theirs/status", "merge-patch", "{\"status\":{\"certificate\":\"Zm9v\"}}").code());
    }

    @Test
    void kubectlApprovesAndDenies() {
        ask(admin(), "yes");
        ask(admin(), "no");
        Kubectl kubectl = new Kubectl(server, TestPki.shared().client("admin", "system:masters"));
        assertEquals("certificatesigningrequest.certificates.k8s.io/yes approved\n", kubectl.run("certificate", "approve", "yes").out());
        assertEquals("certificatesigningrequest.certificates.k8s.io/no denied\n", kubectl.run("certificate", "deny", "no").out());
        String table = kubectl.run("get", "csr").out();
        assertTrue(table.lines().anyMatch(line -> line.startsWith("yes ") && line.contains("Approved")), table);
        assertTrue(table.lines().anyMatch(line -> line.startsWith("no ") && line.contains("Denied")), table);
    }
}
