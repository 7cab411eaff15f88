package io.moka.apiserver.front.authn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Acting as another needs permission for each thing that is claimed.
final class ImpersonationTest {
    private static final String ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
    private static TestServer server;
    private static TestServer.Caller actor;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        actor = server.as(TestPki.shared().client("actor"));
        server.admin().post(ROLES, """
                {"metadata":{"name":"actor"},"rules":[
                  {"apiGroups":[""],"resources":["users"],"verbs":["impersonate"],"resourceNames":["bob","system:anonymous"]},
                  {"apiGroups":[""],"resources":["groups"],"verbs":["impersonate"],"resourceNames":["devs"]},
                  {"apiGroups":[""],"resources":["serviceaccounts"],"verbs":["impersonate"],"resourceNames":["default"]},
                  {"apiGroups":["authentication.k8s.io"],"resources":["uids"],"verbs":["impersonate"],"resourceNames":["7"]},
                  {"apiGroups":["authentication.k8s.io"],"resources":["userextras/scopes"],"verbs":["impersonate"],"resourceNames":["view"]}]}""");
        server.admin().post(ROLES.replace("roles", "rolebindings"), """
                {"metadata":{"name":"actor"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"actor"},
                 "subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"actor"}]}""");
        TestServer.await("the role counts", () -> as("Impersonate-User", "bob").code() == 201);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static TestServer.Answer as(String... headers) {
        return actor.send(actor.request("/apis/authentication.k8s.io/v1/selfsubjectreviews").headers(headers).header("Content-Type", "application/json").POST(BodyPublishers.ofString("{}")));
    }

    @Test
    void everythingThatIsAllowedIsTakenOver() {
        var me = as("Impersonate-User", "bob", "Impersonate-Group", "devs", "Impersonate-Uid", "7", "Impersonate-Extra-Scopes", "view");
        assertEquals("{\"username\":\"bob\",\"uid\":\"7\",\"groups\":[\"devs\",\"system:authenticated\"],\"extra\":{\"scopes\":[\"view\"]}}", me.json().at("/status/userInfo").toString());
        var account = as("Impersonate-User", "system:serviceaccount:default:default");
        assertEquals("[\"system:serviceaccounts\",\"system:serviceaccounts:default\",\"system:authenticated\"]", account.json().at("/status/userInfo/groups").toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Impersonate-User,admin                                          | 403 | cannot impersonate resource \"users\" in API group \"\" at the cluster scope",
        "Impersonate-User,bob,Impersonate-Group,system:masters           | 403 | groups \"system:masters\" is forbidden: User \"actor\" cannot impersonate resource \"groups\"",
        "Impersonate-User,bob,Impersonate-Group,devs,Impersonate-Group,x | 403 | groups \"x\" is forbidden",
        "Impersonate-User,bob,Impersonate-Uid,8                          | 403 | uids.authentication.k8s.io \"8\" is forbidden",
        "Impersonate-User,bob,Impersonate-Extra-Scopes,edit              | 403 | cannot impersonate resource \"userextras/scopes\" in API group \"authentication.k8s.io\"",
        "Impersonate-User,bob,Impersonate-Extra-Other,view               | 403 | userextras/other",
        "Impersonate-User,system:serviceaccount:default:other            | 403 | cannot impersonate resource \"serviceaccounts\" in API group \"\" in the namespace \"default\"",
        "Impersonate-Group,devs                                          | 400 | without impersonating a user",
        "Impersonate-Uid,7                                               | 400 | without impersonating a user",
        "Impersonate-User,system:anonymous                               | 403 | User \"system:anonymous\" cannot create resource",
    })
    void nothingElseIs(String headers, int code, String message) {
        var answer = as(headers.split(","));
        assertEquals(code, answer.code(), answer.body());
        assertTrue(answer.text("message").contains(message), answer.body());
    }
}
