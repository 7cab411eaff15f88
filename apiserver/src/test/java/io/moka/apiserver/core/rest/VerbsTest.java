package io.moka.apiserver.core.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class VerbsTest extends ServerTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    @Test
    void createdObjectCarriesWhatTheServerSets() {
        var created = admin().post(MAPS, configMap("set", "1"));
        assertEquals(201, created.code());
        assertEquals("default", created.text("metadata", "namespace"));
        assertFalse(created.text("metadata", "uid").isEmpty());
        assertFalse(created.text("metadata", "creationTimestamp").isEmpty());
        assertEquals(created.json(), admin().get(MAPS + "/set").json());
    }

    @Test
    void creatingTwiceIsAlreadyExists() {
        admin().post(MAPS, configMap("twice", "1"));
        var second = admin().post(MAPS, configMap("twice", "2"));
        assertEquals(409, second.code());
        assertEquals("AlreadyExists", second.text("reason"));
        assertEquals("configmaps \"twice\" already exists", second.text("message"));
    }

    @Test
    void generatedNamesAreDifferent() {
        String body = "{\"metadata\":{\"generateName\":\"gen-\"}}";
        String first = admin().post(MAPS, body).text("metadata", "name");
        String second = admin().post(MAPS, body).text("metadata", "name");
        assertTrue(first.matches("gen-[a-z0-9]{5}"), first);
        assertNotEquals(first, second);
    }

    @Test
    void updateFromAnOldRevisionIsAConflict() {
        ObjectNode old = admin().post(MAPS, configMap("old", "1")).object();
        admin().patch(MAPS + "/old", "merge-patch", "{\"data\":{\"key\":\"2\"}}");
        var refused = admin().put(MAPS + "/old", old.toString());
        assertEquals(409, refused.code());
        assertEquals("Conflict", refused.text("reason"));
        assertEquals("Operation cannot be fulfilled on configmaps \"old\": the object has been modified; please apply your changes to the latest version and try again",
                refused.text("message"));
    }

    /// The cache is often a moment behind when the second write comes; what the first saw must not be answered as unchanged.
    @Test
    void updateBackToAnOldStateIsAConflictHoweverSoonItComes() {
        for (int round = 0; round < 200; round++) {
            ObjectNode old = admin().post(MAPS, configMap("soon-" + round, "1")).object();
            admin().patch(MAPS + "/soon-" + round, "merge-patch", "{\"data\":{\"key\":\"2\"}}");
            assertEquals(409, admin().put(MAPS + "/soon-" + round, old.toString()).code(), "round " + round);
        }
    }

    @Test
    void updateThatChangesNothingKeepsTheRevision() {
        ObjectNode created = admin().post(MAPS, configMap("same", "1")).object();
        assertEquals(created, admin().put(MAPS + "/same", created.toString()).json());
    }

    @Test
    void generationCountsChangesOfSpecOnly() {
        String deployments = "/apis/apps/v1/namespaces/default/deployments";
        admin().post(deployments, """
                {"metadata":{"name":"gen"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},
                "spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        assertEquals("1", admin().patch(deployments + "/gen", "merge-patch", "{\"metadata\":{\"labels\":{\"x\":\"y\"}}}").text("metadata", "generation"));
        assertEquals("2", admin().patch(deployments + "/gen", "merge-patch", "{\"spec\":{\"replicas\":5}}").text("metadata", "generation"));
        var status = admin().patch(deployments + "/gen/status", "merge-patch", "{\"status\":{\"replicas\":5},\"spec\":{\"replicas\":9}}");
        assertEquals("2", status.text("metadata", "generation"));
        assertEquals("5", status.text("spec", "replicas"));
        assertEquals("5", status.text("status", "replicas"));
    }

    @Test
    void eachPatchLanguageIsUnderstood() {
        admin().post(MAPS, configMap("patched", "1"));
        assertEquals("2", admin().patch(MAPS + "/patched", "json-patch", "[{\"op\":\"replace\",\"path\":\"/data/key\",\"value\":\"2\"}]").text("data", "key"));
        assertEquals("3", admin().patch(MAPS + "/patched", "merge-patch", "{\"data\":{\"key\":\"3\"}}").text("data", "key"));
        assertEquals("4", admin().patch(MAPS + "/patched", "strategic-merge-patch", "{\"data\":{\"key\":\"4\"}}").text("data", "key"));
        assertEquals(415, admin().send("PATCH", MAPS + "/patched", "application/apply-patch+cbor", "x").code());
    }

    @Test
    void concurrentPatchesAreAllKept() throws Exception {
        admin().post(MAPS, configMap("many", "1"));
        int writers = 16;
        AtomicInteger kept = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < writers; i++) {
                String patch = "{\"data\":{\"w" + i + "\":\"x\"}}";
                threads.submit(() -> {
                    if (admin().patch(MAPS + "/many", "merge-patch", patch).code() == 200) {
                        kept.incrementAndGet();
                    }
                });
            }
        }
        assertEquals(writers, kept.get());
        assertEquals(writers + 1, admin().get(MAPS + "/many").json().path("data").size());
    }

    @Test
    void dryRunWritesNothing() {
        assertEquals(201, admin().post(MAPS + "?dryRun=All", configMap("dry", "1")).code());
        assertEquals(404, admin().get(MAPS + "/dry").code());
        admin().post(MAPS, configMap("dry2", "1"));
        assertEquals("2", admin().patch(MAPS + "/dry2?dryRun=All", "merge-patch", "{\"data\":{\"key\":\"2\"}}").text("data", "key"));
        assertEquals(200, admin().delete(MAPS + "/dry2?dryRun=All").code());
        assertEquals("1", admin().get(MAPS + "/dry2").text("data", "key"));
    }

    @Test
    void deleteAnswersWithAStatusThatNamesTheObject() {
        String uid = admin().post(MAPS, configMap("gone", "1")).text("metadata", "uid");
        var deleted = admin().delete(MAPS + "/gone");
        assertEquals(200, deleted.code());
        assertEquals("Success", deleted.text("status"));
        assertEquals(uid, deleted.text("details", "uid"));
        var missing = admin().get(MAPS + "/gone");
        assertEquals(404, missing.code());
        assertEquals("configmaps \"gone\" not found", missing.text("message"));
    }

    @Test
    void deleteCollectionTakesWhatTheSelectorChooses() {
        String maps = server.namespace("collection") + "/configmaps";
        admin().post(maps, "{\"metadata\":{\"name\":\"a\",\"labels\":{\"x\":\"1\"}}}");
        admin().post(maps, "{\"metadata\":{\"name\":\"b\",\"labels\":{\"x\":\"2\"}}}");
        var deleted = admin().delete(maps + "?labelSelector=x%3D1");
        assertEquals(200, deleted.code());
        assertEquals(1, deleted.json().path("items").size());
        assertEquals("b", Json.name(admin().get(maps).json().path("items").path(0)));
    }

    @Test
    void yamlIsReadAndWritten() {
        var created = admin().send("POST", MAPS, "application/yaml", "metadata:\n  name: yaml\ndata:\n  key: value\n");
        assertEquals(201, created.code());
        var read = admin().send(admin().request(MAPS + "/yaml").header("Accept", "application/yaml"));
        assertTrue(read.body().contains("key: value"), read.body());
    }

    @Test
    void putCreatesALeaseThatIsMissing() {
        String lease = "/apis/coordination.k8s.io/v1/namespaces/default/leases/new";
        var made = admin().put(lease, "{\"metadata\":{\"name\":\"new\"},\"spec\":{\"holderIdentity\":\"me\"}}");
        assertEquals(201, made.code());
        assertEquals(422, admin().put(lease, "{\"metadata\":{\"name\":\"new\"},\"spec\":{\"holderIdentity\":\"you\"}}").code());
    }

    @Test
    void nodeIsCreatedWithItsStatusAndAPodIsNot() {
        var node = admin().post("/api/v1/nodes", "{\"metadata\":{\"name\":\"told\"},\"status\":{\"capacity\":{\"cpu\":\"4\"}}}");
        assertEquals("4", node.text("status", "capacity", "cpu"));
        assertEquals("4", node.text("status", "allocatable", "cpu"));
        var pod = admin().post(server.namespace("fresh") + "/pods",
                "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]},\"status\":{\"message\":\"m\"}}");
        assertEquals("", pod.text("status", "message"));
        admin().delete("/api/v1/nodes/told");
    }
}
