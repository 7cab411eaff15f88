package io.moka.apiserver.front.authz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Somebody who may write roles and bindings tries to get more than they have, by every way there is.
final class EscalationTest {
    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1";
    private static final String ROLES = RBAC + "/namespaces/esc/roles";
    private static final String BINDINGS = RBAC + "/namespaces/esc/rolebindings";
    private static TestServer server;
    private static TestServer.Caller mallory;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        server.namespace("esc");
        mallory = server.as(TestPki.shared().client("mallory", "devs"));
        cluster("clusterroles", """
                {"metadata":{"name":"mallory"},"rules":[
                  {"apiGroups":["rbac.authorization.k8s.io"],"resources":["roles","rolebindings","clusterroles","clusterrolebindings"],"verbs":["get","list","create","update","patch","delete"]},
                  {"apiGroups":[""],"resources":["pods"],"verbs":["get","list"]}]}""");
        cluster("clusterrolebindings", """
                {"metadata":{"name":"mallory"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"mallory"},
                 "subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"mallory"}]}""");
        cluster("clusterroles", "{\"metadata\":{\"name\":\"strong\"},\"rules\":[{\"apiGroups\":[\"\"],\"resources\":[\"secrets\"],\"verbs\":[\"*\"]}]}");
        cluster("clusterroles", "{\"metadata\":{\"name\":\"weak\"},\"rules\":[{\"apiGroups\":[\"\"],\"resources\":[\"pods\"],\"verbs\":[\"get\"]}]}");
        cluster("clusterroles", "{\"metadata\":{\"name\":\"sum\"},\"aggregationRule\":{\"clusterRoleSelectors\":[{\"matchLabels\":{\"sum\":\"yes\"}}]}}");
        cluster("clusterroles", "{\"metadata\":{\"name\":\"part\",\"labels\":{\"sum\":\"yes\"}},\"rules\":[{\"apiGroups\":[\"\"],\"resources\":[\"secrets\"],\"verbs\":[\"get\"]}]}");
        TestServer.await("the role counts", () -> mallory.get(ROLES).code() == 200);
        TestServer.await("the sum counts", () -> server.admin().get(RBAC + "/clusterroles/part").code() == 200);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static void cluster(String plural, String body) {
        assertEquals(201, server.admin().post(RBAC + "/" + plural, body).code());
    }

    private static String role(String name, String resource, String verb) {
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"rules\":[{\"apiGroups\":[\"\"],\"resources\":[\"" + resource + "\"],\"verbs\":[\"" + verb + "\"]}]}";
    }

    private static String binding(String name, String kind, String role) {
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"" + kind + "\",\"name\":\"" + role
                + "\"},\"subjects\":[{\"kind\":\"User\",\"apiGroup\":\"rbac.authorization.k8s.io\",\"name\":\"mallory\"}]}";
    }

    private static void assertRefused(TestServer.Answer answer, String message) {
        assertEquals(403, answer.code(), answer.body());
        assertTrue(answer.text("message").contains(message), answer.body());
    }

    @Test
    void aRoleOfWhatOneHasMayBeWritten() {
        assertEquals(201, mallory.post(ROLES, role("mine", "pods", "get")).code());
    }

    @Test
    void aRoleOfMoreMayNot() {
        assertRefused(mallory.post(ROLES, role("more", "secrets", "get")), """
                roles.rbac.authorization.k8s.io "more" is forbidden: user "mallory" (groups=["devs" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:
                {APIGroups:[""], Resources:["secrets"], Verbs:["get"]}""");
        assertRefused(mallory.post(RBAC + "/clusterroles", role("more", "pods", "*")), "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"*\"]}");
        assertRefused(mallory.put(ROLES + "/by-put", role("by-put", "secrets", "get")), "not currently held");
    }

    @Test
    void anExistingRoleMayNotGrow() {
        mallory.post(ROLES, role("grow", "pods", "get"));
        assertRefused(mallory.put(ROLES + "/grow", role("grow", "secrets", "get")), "not currently held");
        assertRefused(mallory.patch(ROLES + "/grow", "merge-patch", "{\"rules\":[{\"apiGroups\":[\"\"],\"resources\":[\"secrets\"],\"verbs\":[\"get\"]}]}"), "not currently held");
        assertRefused(mallory.patch(ROLES + "/grow", "json-patch", "[{\"op\":\"add\",\"path\":\"/rules/0/resources/-\",\"value\":\"secrets\"}]"), "not currently held");
        assertRefused(mallory.patch(RBAC + "/clusterroles/mallory", "json-patch", "[{\"op\":\"add\",\"path\":\"/rules/1/verbs/-\",\"value\":\"delete\"}]"), "not currently held");
    }

    @Test
    void nothingStrongerMayBeBound() {
        assertRefused(mallory.post(BINDINGS, binding("b1", "ClusterRole", "strong")), "{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"*\"]}");
        assertRefused(mallory.post(RBAC + "/clusterrolebindings", binding("b1", "ClusterRole", "cluster-admin")), "not currently held");
        assertRefused(mallory.put(BINDINGS + "/b2", binding("b2", "ClusterRole", "strong")), "not currently held");
        assertEquals(201, mallory.post(BINDINGS, binding("b3", "ClusterRole", "weak")).code());
        assertEquals(404, mallory.post(BINDINGS, binding("b4", "Role", "nowhere")).code());
    }

    @Test
    void subjectsMayNotBeAddedToWhatOneCouldNotBind() {
        assertEquals(201, server.admin().post(BINDINGS, binding("theirs", "ClusterRole", "strong").replace("\"mallory\"", "\"somebody\"")).code());
        assertRefused(mallory.patch(BINDINGS + "/theirs", "merge-patch",
                "{\"subjects\":[{\"kind\":\"User\",\"apiGroup\":\"rbac.authorization.k8s.io\",\"name\":\"mallory\"}]}"), "not currently held");
        assertEquals(200, mallory.patch(BINDINGS + "/theirs", "merge-patch", "{\"metadata\":{\"finalizers\":[\"x.example/y\"]}}").code());
    }

    @Test
    void theRoleOfABindingNeverChanges() {
        assertEquals(201, mallory.post(BINDINGS, binding("fixed", "ClusterRole", "weak")).code());
        var answer = server.admin().put(BINDINGS + "/fixed", binding("fixed", "ClusterRole", "strong"));
        assertEquals(422, answer.code());
        assertTrue(answer.text("message").contains("roleRef: Invalid value"), answer.body());
        assertTrue(answer.text("message").contains("cannot change roleRef"), answer.body());
    }

    @Test
    void aggregationIsNoWayRound() {
        assertRefused(mallory.post(RBAC + "/clusterroles", "{\"metadata\":{\"name\":\"all\"},\"aggregationRule\":{\"clusterRoleSelectors\":[{\"matchLabels\":{\"sum\":\"yes\"}}]}}"),
                "must have cluster-admin privileges to use an aggregationRule");
        assertRefused(mallory.post(BINDINGS, binding("agg", "ClusterRole", "sum")), "{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\"]}");
        assertRefused(mallory.patch(RBAC + "/clusterroles/weak", "merge-patch",
                "{\"aggregationRule\":{\"clusterRoleSelectors\":[{\"matchLabels\":{\"sum\":\"yes\"}}]}}"), "must have cluster-admin privileges");
    }

    @Test
    void aPartThatIsAddedCountsAtOnce() {
        cluster("clusterroles", "{\"metadata\":{\"name\":\"live\"},\"aggregationRule\":{\"clusterRoleSelectors\":[{\"matchLabels\":{\"live\":\"yes\"}}]}}");
        server.admin().post(BINDINGS, binding("live", "ClusterRole", "live").replace("\"mallory\"", "\"lena\""));
        var lena = server.as(TestPki.shared().client("lena"));
        assertEquals(403, lena.get("/api/v1/namespaces/esc/configmaps").code());
        cluster("clusterroles", "{\"metadata\":{\"name\":\"live-part\",\"labels\":{\"live\":\"yes\"}},\"rules\":[{\"apiGroups\":[\"\"],\"resources\":[\"configmaps\"],\"verbs\":[\"list\"]}]}");
        TestServer.await("the part counts", () -> lena.get("/api/v1/namespaces/esc/configmaps").code() == 200);
        server.admin().delete(RBAC + "/clusterroles/live-part");
        TestServer.await("the part is gone", () -> lena.get("/api/v1/namespaces/esc/configmaps").code() == 403);
    }

    @Test
    void whoMayEscalateAndBindDoes() {
        cluster("clusterroles", """
                {"metadata":{"name":"trusted"},"rules":[
                  {"apiGroups":["rbac.authorization.k8s.io"],"resources":["roles","rolebindings"],"verbs":["create"]},
                  {"apiGroups":["rbac.authorization.k8s.io"],"resources":["roles"],"verbs":["escalate"]},
                  {"apiGroups":["rbac.authorization.k8s.io"],"resources":["clusterroles"],"verbs":["bind"],"resourceNames":["strong"]}]}""");
        server.admin().post(BINDINGS, binding("trusted", "ClusterRole", "trusted").replace("\"mallory\"", "\"tina\""));
        var tina = server.as(TestPki.shared().client("tina"));
        TestServer.await("the role counts", () -> tina.post(ROLES, role("by-tina", "secrets", "get")).code() != 403);
        assertEquals(201, tina.post(BINDINGS, binding("by-tina", "ClusterRole", "strong").replace("\"mallory\"", "\"tina\"")).code());
        assertRefused(tina.post(BINDINGS, binding("by-tina-2", "ClusterRole", "cluster-admin")), "not currently held");
    }

    @Test
    void deletingACollectionIsAVerbOfItsOwn() {
        assertRefused(mallory.delete(ROLES), "cannot deletecollection resource \"roles\"");
    }
}
