package io.moka.apiserver.core.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import org.junit.jupiter.api.Test;

final class DeletionTest extends ServerTest {
    private static final String BINDING = "{\"metadata\":{\"name\":\"%s\"},\"target\":{\"kind\":\"Node\",\"name\":\"n1\"}}";

    @Test
    void podOnNoNodeIsGoneAtOnce() {
        String pods = server.namespace("unscheduled") + "/pods";
        admin().post(pods, POD.formatted("p"));
        assertEquals(200, admin().delete(pods + "/p").code());
        assertEquals(404, admin().get(pods + "/p").code());
    }

    @Test
    void podOnANodeIsMarkedAndRemovedByTheKubelet() {
        String pods = server.namespace("scheduled") + "/pods";
        admin().post(pods, POD.formatted("p"));
        assertEquals(201, admin().post(pods + "/p/binding", BINDING.formatted("p")).code());
        var marked = admin().delete(pods + "/p", "{\"gracePeriodSeconds\":5}");
        assertEquals("5", marked.text("metadata", "deletionGracePeriodSeconds"));
        assertFalse(marked.text("metadata", "deletionTimestamp").isEmpty());
        assertEquals("2", admin().get(pods + "/p").text("metadata", "generation"));
        assertEquals("5", admin().delete(pods + "/p").text("metadata", "deletionGracePeriodSeconds"));
        assertEquals(200, admin().delete(pods + "/p", "{\"gracePeriodSeconds\":0}").code());
        assertEquals(404, admin().get(pods + "/p").code());
    }

    @Test
    void bindingTwiceIsAConflict() {
        String pods = server.namespace("bound") + "/pods";
        admin().post(pods, POD.formatted("p"));
        admin().post(pods + "/p/binding", BINDING.formatted("p"));
        assertEquals("n1", admin().get(pods + "/p").text("spec", "nodeName"));
        var again = admin().post(pods + "/p/binding", BINDING.formatted("p"));
        assertEquals(409, again.code());
        assertEquals("Operation cannot be fulfilled on pods \"p\": pod p is already assigned to node \"n1\"", again.text("message"));
    }

    @Test
    void finalizersHoldAnObjectUntilTheyAreRemoved() {
        String maps = server.namespace("held") + "/configmaps";
        admin().post(maps, "{\"metadata\":{\"name\":\"m\",\"finalizers\":[\"example.com/hold\"]}}");
        assertFalse(admin().delete(maps + "/m").text("metadata", "deletionTimestamp").isEmpty());
        assertEquals(200, admin().get(maps + "/m").code());
        assertEquals(200, admin().patch(maps + "/m", "merge-patch", "{\"metadata\":{\"finalizers\":null}}").code());
        assertEquals(404, admin().get(maps + "/m").code());
    }

    @Test
    void foregroundAndOrphanLeaveTheirFinalizers() {
        String maps = server.namespace("owners") + "/configmaps";
        admin().post(maps, configMap("f", "1"));
        admin().post(maps, configMap("o", "1"));
        assertEquals("foregroundDeletion", admin().delete(maps + "/f", "{\"propagationPolicy\":\"Foreground\"}").json().path("metadata").path("finalizers").path(0).asText());
        assertEquals("orphan", admin().delete(maps + "/o?propagationPolicy=Orphan").json().path("metadata").path("finalizers").path(0).asText());
        assertEquals(200, admin().delete(maps + "/o", "{\"propagationPolicy\":\"Background\"}").code());
        assertEquals(404, admin().get(maps + "/o").code());
    }

    @Test
    void namespaceIsGoneWhenItIsFinalized() {
        String namespace = server.namespace("ending");
        admin().delete(namespace);
        ObjectNode terminating = admin().get(namespace).object();
        assertEquals("Terminating", Json.text(terminating, "status", "phase"));
        var refused = admin().post(namespace + "/configmaps", configMap("m", "1"));
        assertEquals(403, refused.code());
        assertEquals("NamespaceTerminating", refused.json().path("details").path("causes").path(0).path("reason").asText());
        terminating.putObject("spec").putArray("finalizers");
        assertEquals(200, admin().put(namespace + "/finalize", terminating.toString()).code());
        assertEquals(404, admin().get(namespace).code());
    }

    @Test
    void dryRunInAnEvictionsOptionsEvictsNobody() {
        String pods = server.namespace("dry-evictions") + "/pods";
        assertEquals(201, admin().post(pods, POD.formatted("stays")).code());
        assertEquals(201, admin().post(pods + "/stays/eviction", "{\"metadata\":{\"name\":\"stays\"},\"deleteOptions\":{\"dryRun\":[\"All\"]}}").code());
        assertEquals(200, admin().get(pods + "/stays").code());
        assertEquals(201, admin().post(pods + "/stays/eviction", "{\"metadata\":{\"name\":\"stays\"}}").code());
        assertEquals(404, admin().get(pods + "/stays").code());
    }
}
