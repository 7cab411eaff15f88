package io.moka.apiserver.front.authz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.testing.Kubectl;
import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `kubectl auth`, the real one.
final class KubectlAuthTest {
    private static TestServer server;
    private static Kubectl admin;
    private static Kubectl ann;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        admin = new Kubectl(server, TestPki.shared().client("admin", "system:masters"));
        ann = new Kubectl(server, TestPki.shared().client("ann", "devs"));
        assertEquals(0, admin.run("create", "role", "reader", "--verb=get,list", "--resource=pods,pods/log").code());
        assertEquals(0, admin.run("create", "rolebinding", "reader", "--role=reader", "--group=devs").code());
        TestServer.await("the role counts", () -> ann.run("auth", "can-i", "list", "pods").out().equals("yes\n"));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void whoami() {
        String table = ann.run("auth", "whoami").out();
        assertTrue(table.contains("Username") && table.contains("ann") && table.contains("[devs system:authenticated]"), table);
    }

    @Test
    void canI() {
        assertEquals(new Kubectl.Result(1, "no\n"), ann.run("auth", "can-i", "delete", "pods"));
        assertEquals(new Kubectl.Result(0, "yes\n"), ann.run("auth", "can-i", "get", "pods", "--subresource=log"));
        assertEquals(new Kubectl.Result(0, "yes\n"), ann.run("auth", "can-i", "get", "/healthz"));
        assertEquals(1, ann.run("auth", "can-i", "get", "/metrics").code());
        assertEquals(new Kubectl.Result(0, "yes\n"), admin.run("auth", "can-i", "list", "pods", "--as=ann", "--as-group=devs"));
        assertEquals(1, admin.run("auth", "can-i", "list", "pods", "--as=ann").code());
    }

    @Test
    void canIList() {
        String table = ann.run("auth", "can-i", "--list").out();
        assertTrue(table.lines().anyMatch(line -> line.matches("pods +\\[\\] +\\[\\] +\\[get list\\]")), table);
        assertTrue(table.lines().anyMatch(line -> line.matches("selfsubjectreviews.authentication.k8s.io +\\[\\] +\\[\\] +\\[create\\]")), table);
        assertTrue(table.lines().anyMatch(line -> line.contains("[/healthz]") && line.contains("[get]")), table);
        String all = admin.run("auth", "can-i", "--list").out();
        assertTrue(all.lines().anyMatch(line -> line.matches("\\*\\.\\* +\\[\\] +\\[\\] +\\[\\*\\]")), all);
    }

    @Test
    void reconcile() {
        String role = """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: reconciled}
                rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}]
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: reconciled}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reconciled}
                subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: rosa}]
                """;
        var first = admin.runWith(role, "auth", "reconcile", "-f", "-");
        assertEquals(0, first.code(), first.out());
        var second = admin.runWith(role.replace("[get]", "[list]"), "auth", "reconcile", "-f", "-");
        assertEquals(0, second.code(), second.out());
        assertEquals("get list", admin.run("get", "clusterrole", "reconciled", "-o", "jsonpath={.rules[*].verbs[*]}").out());
        var third = admin.runWith(role.replace("ClusterRole, name: reconciled", "ClusterRole, name: view"), "auth", "reconcile", "-f", "-");
        assertEquals(0, third.code(), third.out());
        assertEquals("view", admin.run("get", "clusterrolebinding", "reconciled", "-o", "jsonpath={.roleRef.name}").out());
    }

    @Test
    void createToken() {
        server.namespace("kt");
        String token = admin.run("create", "token", "default", "-n", "kt", "--duration=20m", "--audience=a").out().trim();
        assertEquals(3, token.split("\\.").length, token);
    }

    @Test
    void flowSchemasAreShownWithTheirLevels() {
        TestServer.await("the states are known", () -> !admin.run("get", "flowschemas").out().contains("?"));
        String table = admin.run("get", "flowschemas").out();
        assertTrue(table.lines().anyMatch(line -> line.matches("exempt +exempt +1 +<none> +\\S+ +False")), table);
        assertTrue(table.lines().anyMatch(line -> line.matches("service-accounts +workload-low +9000 +ByUser +\\S+ +False")), table);
        String levels = admin.run("get", "prioritylevelconfigurations").out();
        assertTrue(levels.lines().anyMatch(line -> line.matches("workload-low +Limited +100 +128 +6 +50 +\\S+")), levels);
    }
}
