package io.moka.apiserver.core.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import io.moka.machinery.testing.ScriptedServer;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A page of the scheduler is passed on to callers that may get its path, with their identity and without their credentials.
final class SchedulerPageTest {
    private static final String PATH = "/debug/scheduler/why";
    private static ScriptedServer scheduler;
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        scheduler = new ScriptedServer((request, reply) -> reply.json(request.query().containsKey("pod") ? 200 : 400, "{\"pod\":\"" + request.query().get("pod") + "\"}"));
        server = TestServer.startOn("/" + UUID.randomUUID(), "--scheduler-port=" + scheduler.port());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        scheduler.close();
    }

    @Test
    void theCallersIdentityIsPassedOnAndTheAnswerComesBack() {
        var answer = server.admin().get(PATH + "?namespace=a&pod=x");
        assertEquals("200 x", answer.code() + " " + answer.text("pod"));
        var headers = scheduler.requests().getLast().headers();
        assertEquals(List.of("admin"), headers.get("X-remote-user"));
        assertNull(headers.get("Authorization"));
        assertEquals(400, server.admin().get(PATH).code());
    }

    @Test
    void onlyCallersThatMayGetThePathReachTheScheduler() {
        var bob = server.as(TestPki.shared().client("bob", "devs"));
        int before = scheduler.requests().size();
        assertEquals(403, bob.get(PATH + "?pod=x").code());
        assertEquals(before, scheduler.requests().size());
        assertEquals(201, server.admin().post("/apis/rbac.authorization.k8s.io/v1/clusterroles",
                "{\"metadata\":{\"name\":\"why\"},\"rules\":[{\"nonResourceURLs\":[\"" + PATH + "\"],\"verbs\":[\"get\"]}]}").code());
        assertEquals(201, server.admin().post("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", "{\"metadata\":{\"name\":\"why\"},\"roleRef\":"
                + "{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"ClusterRole\",\"name\":\"why\"},\"subjects\":[{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"User\",\"name\":\"bob\"}]}").code());
        TestServer.await("bob may ask", () -> bob.get(PATH + "?pod=x").code() == 200);
        assertEquals(405, server.admin().post(PATH, "{}").code());
    }
}
