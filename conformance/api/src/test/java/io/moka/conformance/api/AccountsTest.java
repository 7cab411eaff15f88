package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// "ServiceAccounts", "SubjectReview", "Certificates API".
final class AccountsTest {
    private static final Api API = ControlPlane.shared().admin();

    private final String namespace = API.namespace("accounts");

    private String token(String account, String spec) {
        return API.post(namespace + "/serviceaccounts/" + account + "/token", "{apiVersion: authentication.k8s.io/v1, kind: TokenRequest, spec: %s}".formatted(spec)).expect(201).text("status", "token");
    }

    @Test
    void authorityIsInEveryNamespaceAndComesBack() {
        String path = namespace + "/configmaps/kube-root-ca.crt";
        Eventually.holds("it is there", () -> API.get(path).code() == 200);
        JsonNode data = API.get(path).expect(200).at("data");
        assertTrue(data.path("ca.crt").asText().contains("BEGIN CERTIFICATE"), data.toString());
        API.delete(path).expect(200);
        Eventually.holds("it is there again", () -> API.get(path).at("data").equals(data));
        API.update(path, map -> map.set("data", Api.yaml("{ca.crt: nonsense}")));
        Eventually.holds("it is right again", () -> API.get(path).at("data").equals(data));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "-,-,true", "true,-,true", "false,-,false", "-,true,true", "true,true,true", "false,true,true", "-,false,false", "true,false,false", "false,false,false"})
    void tokenIsMountedUnlessSomebodyObjects(String account, String pod, boolean mounted) {
        API.post(namespace + "/serviceaccounts", "{metadata: {name: mount}%s}".formatted(account == null ? "" : ", automountServiceAccountToken: " + account)).expect(201);
        Eventually.holds("the account is seen", () -> API.post(namespace + "/pods", "{metadata: {name: p}, spec: {serviceAccountName: mount, %s containers: [{name: c, image: none}]}}"
                .formatted(pod == null ? "" : "automountServiceAccountToken: " + pod + ",")).code() == 201);
        boolean found = API.get(namespace + "/pods/p").at("spec", "containers").path(0).path("volumeMounts").toString().contains("/var/run/secrets/kubernetes.io/serviceaccount");
        assertEquals(mounted, found);
    }

    @Test
    void issuerIsDiscoveredByWhoHasItsToken() throws Exception {
        String token = token("default", "{audiences: [oidc-discovery-test]}");
        JsonNode claims = Api.JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
        Api account = ControlPlane.shared().withToken(token("default", "{}"));
        Answer document = account.get("/.well-known/openid-configuration").expect(200);
        assertEquals(claims.path("iss").asText(), document.text("issuer"));
        assertTrue(document.text("jwks_uri").endsWith("/openid/v1/jwks"), document.body());
        assertEquals("id_token", document.at("response_types_supported").path(0).asText());
        assertEquals("public", document.at("subject_types_supported").path(0).asText());
        Answer keys = account.get("/openid/v1/jwks").expect(200);
        assertEquals("application/jwk-set+json", keys.headers().firstValue("Content-Type").orElse(""));
        String key = Api.JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[0])).path("kid").asText();
        assertTrue(keys.at("keys").valueStream().anyMatch(found -> found.path("kid").asText().equals(key)), keys.body());
    }

    @Test
    void reviewsSayWhatReallyHappens() {
        String name = namespace.substring("/api/v1/namespaces/".length());
        String user = "system:serviceaccount:" + name + ":default";
        String spec = "{user: '%s', resourceAttributes: {verb: list, resource: configmaps, namespace: %s, version: v1}}".formatted(user, name);
        Api account = ControlPlane.shared().withToken(token("default", "{}"));
        assertEquals(user, account.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", "{apiVersion: authentication.k8s.io/v1, kind: SelfSubjectReview}").expect(201).text("status", "userInfo", "username"));
        account.get(namespace + "/configmaps").expect(403);
        assertEquals(false, allowed(spec, name));
        API.post(namespace.replace("/api/v1/", "/apis/rbac.authorization.k8s.io/v1/") + "/rolebindings", """
                {metadata: {name: view}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}, subjects: [{kind: ServiceAccount, name: default, namespace: %s}]}""".formatted(name)).expect(201);
        Eventually.holds("it is allowed", () -> account.get(namespace + "/configmaps").code() == 200);
        assertEquals(true, allowed(spec, name));
    }

    private boolean allowed(String spec, String namespaceName) {
        Answer everywhere = API.post("/apis/authorization.k8s.io/v1/subjectaccessreviews", "{spec: %s}".formatted(spec)).expect(201);
        Answer here = API.post("/apis/authorization.k8s.io/v1/namespaces/" + namespaceName + "/localsubjectaccessreviews", "{metadata: {namespace: %s}, spec: %s}".formatted(namespaceName, spec)).expect(201);
        assertEquals(everywhere.at("status", "allowed"), here.at("status", "allowed"));
        return everywhere.at("status", "allowed").asBoolean();
    }

    @Test
    void requestIsApprovedInOnePlaceAndAnsweredInAnother() {
        String requests = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
        String path = requests + "/" + API.post(requests, "{metadata: {generateName: e2e-example-csr-}, spec: {request: %s, signerName: example.com/e2e, expirationSeconds: 3600, usages: [digital signature, key encipherment, server auth]}}"
                .formatted(SigningRequests.ENCODED)).expect(201).text("metadata", "name");
        assertEquals("CertificateSigningRequest", API.get(path + "/approval").expect(200).text("kind"));
        Answer patched = API.merge(path + "/approval", "{metadata: {annotations: {patchedapproval: 'true'}}, status: {conditions: [{type: ApprovalPatch, status: 'True', reason: e2e}]}}").expect(200);
        assertEquals("true", patched.text("metadata", "annotations", "patchedapproval"));
        assertEquals("ApprovalPatch", patched.at("status", "conditions").path(0).path("type").asText());
        Answer approved = API.update(path, path + "/approval", request -> request.withObject("status").withArray("conditions").addObject()
                .put("type", "Approved").put("status", "True").put("reason", "E2E").put("message", "Set from an e2e test"));
        assertEquals("Approved", approved.at("status", "conditions").path(1).path("type").asText());
        String certificate = Base64.getEncoder().encodeToString(ControlPlane.shared().authorityPem());
        assertEquals(certificate, API.merge(path + "/status", "{metadata: {annotations: {patchedstatus: 'true'}}, status: {certificate: %s}}".formatted(certificate)).expect(200).text("status", "certificate"));
        Answer updated = API.update(path, path + "/status", request -> request.withObject("status").withArray("conditions").addObject()
                .put("type", "StatusUpdate").put("status", "True").put("reason", "E2E").put("message", "Set from an e2e test"));
        assertEquals("[ApprovalPatch, Approved, StatusUpdate]", updated.at("status", "conditions").valueStream().map(condition -> condition.path("type").asText()).toList().toString());
        Answer refused = API.merge(path + "/status", "{status: {conditions: [{type: Denied, status: 'True'}]}}").expect(422);
        assertTrue(refused.body().contains("updates may not"), refused.body());
        API.delete(requests + "?fieldSelector=spec.signerName%3Dexample.com/e2e").expect(200);
        API.get(path).expect(404);
    }
}
