package io.moka.apiserver.core.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.testing.TestServer;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A server that takes another for the scheduler, and has no controller manager.
final class ComponentStatusTest {
    private static final String PATH = "/api/v1/componentstatuses";
    private static TestServer scheduler;
    private static TestServer server;

    @BeforeAll
    static void start() {
        scheduler = TestServer.start();
        server = TestServer.startOn("/" + UUID.randomUUID(), "--scheduler-port=" + scheduler.port(), "--controller-manager-port=1");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        scheduler.close();
    }

    @Test
    void listTellsOfEachComponentAndThatItIsDeprecated() {
        var answer = server.admin().get(PATH);
        assertEquals("299 - \"v1 ComponentStatus is deprecated in v1.19+\"", answer.response().headers().firstValue("Warning").orElse(""));
        JsonNode items = answer.json().path("items");
        assertEquals("ComponentStatusList", answer.text("kind"));
        assertEquals("{\"type\":\"Healthy\",\"status\":\"False\",\"message\":\"Get \\\"https://127.0.0.1:1/healthz\\\": dial tcp 127.0.0.1:1: connect: connection refused\"}",
                items.at("/0/conditions/0").toString());
        assertEquals("{\"kind\":\"ComponentStatus\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"etcd-0\"},\"conditions\":[{\"type\":\"Healthy\",\"status\":\"True\",\"message\":\"ok\"}]}",
                items.get(1).toString());
        assertEquals("scheduler True", items.at("/2/metadata/name").asText() + " " + items.at("/2/conditions/0/status").asText());
    }

    @Test
    void tableShowsWhatKubectlPrints() {
        var table = server.admin().send(server.admin().request(PATH + "?fieldSelector=metadata.name%3Dscheduler").header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io").GET()).json();
        assertEquals("[\"scheduler\",\"Healthy\",\"ok\",\"\"]", table.at("/rows/0/cells").toString());
        assertEquals(1, table.path("rows").size());
    }

    @Test
    void oneComponentIsFoundByItsName() {
        assertEquals("True", server.admin().get(PATH + "/etcd-0").json().at("/conditions/0/status").asText());
        assertEquals("componentstatuses \"etcd-9\" not found", server.admin().get(PATH + "/etcd-9").text("message"));
        assertEquals(0, server.admin().get(PATH + "?labelSelector=a%3Db").json().path("items").size());
    }

    @Test
    void nothingElseCanBeDoneWithIt() {
        assertEquals(405, server.admin().post(PATH, "{\"metadata\":{\"name\":\"x\"}}").code());
        assertEquals(405, server.admin().delete(PATH + "/etcd-0").code());
        assertEquals(405, server.admin().get(PATH + "?watch=true").code());
        assertEquals(404, server.admin().get(PATH + "/etcd-0/status").code());
        JsonNode resources = server.admin().get("/api/v1").json().path("resources");
        assertTrue(resources.toString().contains("{\"name\":\"componentstatuses\",\"singularName\":\"componentstatus\",\"namespaced\":false,\"kind\":\"ComponentStatus\",\"verbs\":[\"get\",\"list\"],\"shortNames\":[\"cs\"]}"),
                resources.toString());
    }
}
