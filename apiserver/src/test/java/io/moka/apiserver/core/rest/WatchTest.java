package io.moka.apiserver.core.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import io.moka.machinery.pki.TlsIdentity;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WatchTest extends ServerTest {
    private static String event(JsonNode event) {
        assertNotNull(event, "the watch ended");
        return Json.text(event, "type") + " " + Json.name(event.path("object"));
    }

    @Test
    void changesAfterARevisionComeInOrder() {
        String maps = server.namespace("order") + "/configmaps";
        String revision = admin().get(maps).text("metadata", "resourceVersion");
        admin().post(maps, configMap("a", "1"));
        try (var watch = admin().watch(maps + "?watch=true&resourceVersion=" + revision)) {
            assertEquals("ADDED a", event(watch.next()));
            String written = admin().patch(maps + "/a", "merge-patch", "{\"data\":{\"key\":\"2\"}}").text("metadata", "resourceVersion");
            JsonNode modified = watch.next();
            assertEquals("MODIFIED a", event(modified));
            assertEquals(written, Json.text(modified, "object", "metadata", "resourceVersion"));
            admin().delete(maps + "/a");
            JsonNode deleted = watch.next();
            assertEquals("DELETED a", event(deleted));
            assertEquals("2", Json.text(deleted, "object", "data", "key"));
        }
    }

    @Test
    void watchWithoutRevisionBeginsWithTheState() {
        String maps = server.namespace("state") + "/configmaps";
        admin().post(maps, configMap("a", "1"));
        admin().post(maps, configMap("b", "1"));
        try (var watch = admin().watch(maps + "?watch=true")) {
            assertEquals("ADDED a", event(watch.next()));
            assertEquals("ADDED b", event(watch.next()));
        }
    }

    @Test
    void objectThatLeavesTheSelectionIsDeletedForTheWatcher() {
        String maps = server.namespace("leaving") + "/configmaps";
        admin().post(maps, "{\"metadata\":{\"name\":\"a\"}}");
        try (var watch = admin().watch(maps + "?watch=true&labelSelector=x")) {
            admin().patch(maps + "/a", "merge-patch", "{\"metadata\":{\"labels\":{\"x\":\"1\"}}}");
            assertEquals("ADDED a", event(watch.next()));
            admin().patch(maps + "/a", "merge-patch", "{\"metadata\":{\"labels\":{\"x\":\"2\"}}}");
            assertEquals("MODIFIED a", event(watch.next()));
            admin().patch(maps + "/a", "merge-patch", "{\"metadata\":{\"labels\":{\"x\":null}}}");
            assertEquals("DELETED a", event(watch.next()));
        }
    }

    @Test
    void initialEventsEndWithABookmark() {
        String maps = server.namespace("initial") + "/configmaps";
        admin().post(maps, configMap("a", "1"));
        try (var watch = admin().watch(maps + "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true")) {
            assertEquals("ADDED a", event(watch.next()));
            JsonNode bookmark = watch.next();
            assertEquals("BOOKMARK", Json.text(bookmark, "type"));
            assertEquals("true", Json.text(bookmark, "object", "metadata", "annotations", "k8s.io/initial-events-end"));
        }
    }

    @Test
    void metadataAloneCanBeWatchedWithItsBookmarks() {
        String maps = server.namespace("metadata-only") + "/configmaps";
        admin().post(maps, configMap("a", "1"));
        String form = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
        try (var watch = admin().watch(maps + "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true", form)) {
            JsonNode added = watch.next();
            assertEquals("ADDED a", event(added));
            assertEquals(admin().get(maps + "/a").json().path("metadata"), added.path("object").path("metadata"));
            for (JsonNode object : List.of(added.path("object"), watch.next().path("object"))) {
                assertEquals("PartialObjectMetadata meta.k8s.io/v1", Json.text(object, "kind") + " " + Json.text(object, "apiVersion"));
                assertTrue(object.path("data").isMissingNode());
            }
            String written = admin().patch(maps + "/a", "merge-patch", "{\"metadata\":{\"labels\":{\"x\":\"1\"}}}").text("metadata", "resourceVersion");
            assertEquals(written, Json.text(watch.next(), "object", "metadata", "resourceVersion"));
            admin().delete(maps + "/a");
            JsonNode deleted = watch.next();
            assertEquals("DELETED a", event(deleted));
            assertEquals("1", Json.text(deleted, "object", "metadata", "labels", "x"));
        }
    }

    @Test
    void watchEndsAfterItsTimeout() {
        try (var watch = admin().watch("/api/v1/namespaces/default/secrets?watch=true&timeoutSeconds=1&resourceVersion=" + admin().get("/api/v1/secrets").text("metadata", "resourceVersion"))) {
            assertNull(watch.next());
        }
    }

    @Test
    void revisionThatLeftTheRingIsGone() throws Exception {
        try (TestServer small = TestServer.start("--watch-cache-events=5")) {
            String maps = small.namespace("ring") + "/configmaps";
            String revision = small.admin().post(maps, configMap("a", "0")).text("metadata", "resourceVersion");
            for (int i = 1; i < 12; i++) {
                small.admin().patch(maps + "/a", "merge-patch", "{\"data\":{\"key\":\"" + i + "\"}}");
            }
            try (var watch = small.admin().watch(maps + "?watch=true&resourceVersion=" + revision)) {
                JsonNode error = watch.next();
                assertEquals("ERROR", Json.text(error, "type"));
                assertEquals("410", Json.text(error, "object", "code"));
                assertEquals("Expired", Json.text(error, "object", "reason"));
                assertNull(watch.next());
            }
        }
    }

    @Test
    void severalWatchersSeeTheSameEvents() {
        String maps = server.namespace("several") + "/configmaps";
        List<TestServer.Watching> watches = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            watches.add(admin().watch(maps + "?watch=true"));
        }
        for (int i = 0; i < 20; i++) {
            admin().post(maps, configMap("m" + i, "1"));
        }
        for (TestServer.Watching watch : watches) {
            for (int i = 0; i < 20; i++) {
                assertEquals("ADDED m" + i, event(watch.next()));
            }
            watch.close();
        }
    }

    @Test
    void restartedServerContinuesFromTheSameRevision() throws Exception {
        String prefix = "/restart-" + System.nanoTime();
        String revision;
        try (TestServer first = TestServer.startOn(prefix)) {
            revision = first.admin().post("/api/v1/namespaces/default/configmaps", configMap("a", "1")).text("metadata", "resourceVersion");
        }
        try (TestServer second = TestServer.startOn(prefix)) {
            assertEquals(revision, second.admin().get("/api/v1/namespaces/default/configmaps/a").text("metadata", "resourceVersion"));
        }
    }

    @Test
    void slowWatcherIsCutOffAndOthersAreNot() throws Exception {
        String maps = server.namespace("slow") + "/configmaps";
        int count = 2500;
        String value = "x".repeat(8 * 1024);
        var context = TlsIdentity.clientContext(TestPki.shared().authorityPem(), TestPki.shared().client("admin", "system:masters"));
        try (var slow = context.getSocketFactory().createSocket(); var fast = admin().watch(maps + "?watch=true")) {
            slow.setReceiveBufferSize(4096);
            slow.setSoTimeout(20_000);
            slow.connect(new InetSocketAddress("127.0.0.1", server.port()));
            slow.getOutputStream().write(("GET " + maps + "?watch=true HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            assertEquals('H', slow.getInputStream().read());
            Thread writer = Thread.startVirtualThread(() -> {
                for (int i = 0; i < count; i++) {
                    admin().post(maps, configMap("m" + i, value));
                }
            });
            for (int i = 0; i < count; i++) {
                assertEquals("ADDED m" + i, event(fast.next()));
            }
            writer.join();
            var lines = new BufferedReader(new InputStreamReader(slow.getInputStream(), StandardCharsets.UTF_8)).lines();
            long seen = lines.takeWhile(line -> !line.equals("0")).filter(line -> line.startsWith("{\"type\":\"ADDED\"")).count();
            assertTrue(seen > 0 && seen < count, "the slow watcher saw " + seen);
        }
    }
}
