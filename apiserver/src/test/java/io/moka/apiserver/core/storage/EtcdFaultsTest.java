package io.moka.apiserver.core.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.etcd.jetcd.options.DeleteOption;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.testing.EtcdProcess;
import io.moka.apiserver.testing.TestServer;
import io.moka.apiserver.testing.TestServer.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// Answers to clients while etcd is paused, killed, compacted or full; afterwards no write is lost.
final class EtcdFaultsTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private static Answer create(TestServer server, String name) {
        return server.admin().post(MAPS, "{\"metadata\":{\"name\":\"" + name + "\"}}");
    }

    private static void assertRetriable(Answer answer) {
        assertTrue(answer.code() == 503 || answer.code() == 504, answer.body());
        assertFalse(answer.response().headers().firstValue("Retry-After").orElse("").isEmpty(), answer.body());
    }

    private static void assertReady(TestServer server) {
        TestServer.await("the server is ready again", () -> server.admin().get("/readyz").code() == 200);
        TestServer.await("writes work again", () -> create(server, "after-" + System.nanoTime()).code() == 201);
    }

    private static Set<String> names(TestServer server) {
        Set<String> names = new TreeSet<>();
        server.admin().get(MAPS).json().path("items").forEach(item -> names.add(Json.name(item)));
        return names;
    }

    /// Asserts that the watch has reported each stored object once, in the order of the revisions.
    private static void assertSeenOnce(TestServer.Watching watch, Set<String> stored) {
        List<String> seen = new ArrayList<>();
        long last = 0;
        while (seen.size() < stored.size()) {
            JsonNode event = watch.next();
            assertEquals("ADDED", Json.text(event, "type"), String.valueOf(event));
            long revision = Long.parseLong(Json.text(event, "object", "metadata", "resourceVersion"));
            assertTrue(revision > last, "out of order at " + revision);
            last = revision;
            seen.add(Json.name(event.path("object")));
        }
        assertEquals(stored, new TreeSet<>(seen));
    }

    private static void compact(EtcdProcess etcd, TestServer server) {
        long revision = Long.parseLong(server.admin().get(MAPS).text("metadata", "resourceVersion"));
        etcd.ask(client -> client.getKVClient().compact(revision));
    }

    @Test
    void pausedEtcdTimesRequestsOutAndNothingIsLostOrToldTwice() throws Exception {
        EtcdProcess etcd = EtcdProcess.start();
        try (TestServer server = TestServer.startOn(etcd); var watch = server.admin().watch(MAPS + "?watch=true&resourceVersion=1")) {
            assertEquals(201, create(server, "before").code());
            etcd.signal("STOP");
            long end = System.nanoTime() + PAUSE.toNanos();
            assertRetriable(create(server, "during"));
            assertRetriable(server.admin().get(MAPS));
            assertEquals(200, server.admin().get(MAPS + "?resourceVersion=0").code(), "the cache still answers who is content with it");
            assertEquals(200, server.admin().get("/livez").code());
            while (System.nanoTime() < end) {
                LockSupport.parkNanos(end - System.nanoTime());
            }
            etcd.signal("CONT");
            assertReady(server);
            assertSeenOnce(watch, names(server));
        } finally {
            etcd.stop();
        }
    }

    @Test
    void killedEtcdIsFoundAgainAndWatchesGoOn() throws Exception {
        EtcdProcess etcd = EtcdProcess.start("--snapshot-count=1000");
        try (TestServer server = TestServer.startOn(etcd); var watch = server.admin().watch(MAPS + "?watch=true&resourceVersion=1")) {
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 20; i++) {
                    assertEquals(201, create(server, "m-" + round + "-" + i).code());
                }
                etcd.signal("KILL");
                assertRetriable(create(server, "lost-" + round));
                etcd.restart();
                assertReady(server);
            }
            assertTrue(names(server).size() >= 60);
            assertSeenOnce(watch, names(server));
        } finally {
            etcd.stop();
        }
    }

    @Test
    void compactedHistoryIsExpiredAndAListMayGoOnWithWhatIsThere() throws Exception {
        EtcdProcess etcd = EtcdProcess.start();
        try (TestServer server = TestServer.startOn(etcd, "--watch-cache-events=3")) {
            for (int i = 0; i < 6; i++) {
                create(server, "m" + i);
            }
            JsonNode first = server.admin().get(MAPS + "?limit=2").json();
            String revision = Json.text(first, "metadata", "resourceVersion");
            for (int i = 0; i < 10; i++) {
                server.admin().patch(MAPS + "/m0", "merge-patch", "{\"data\":{\"i\":\"" + i + "\"}}");
            }
            server.admin().delete(MAPS + "/m3");
            compact(etcd, server);
            Answer expired = server.admin().get(MAPS + "?limit=2&continue=" + Json.text(first, "metadata", "continue"));
            assertEquals(410, expired.code());
            assertEquals("Expired", expired.text("reason"));
            JsonNode rest = server.admin().get(MAPS + "?continue=" + expired.text("metadata", "continue")).json();
            assertEquals("[m2, m4, m5]", rest.findValuesAsText("name").toString());
            Answer exact = server.admin().get(MAPS + "?resourceVersionMatch=Exact&resourceVersion=" + revision);
            assertEquals(410, exact.code());
            assertEquals("The resourceVersion for the provided list is too old.", exact.text("message"));
            try (var watch = server.admin().watch(MAPS + "?watch=true&resourceVersion=" + revision)) {
                assertEquals("410", Json.text(watch.next(), "object", "code"));
            }
        } finally {
            etcd.stop();
        }
    }

    @Test
    void compactionWhileTheConnectionIsBrokenEndsWatchesAsExpiredAndTheCachesAreRight() throws Exception {
        EtcdProcess etcd = EtcdProcess.start();
        try (TestServer server = TestServer.startOn(etcd)) {
            create(server, "kept");
            create(server, "gone");
            etcd.signal("KILL");
            etcd.restart();
            // writes as if by another server, and a compaction that may remove them before this server's watch has received them
            etcd.ask(client -> client.getKVClient().delete(EtcdBytes.key("/registry/configmaps/default/gone")));
            long revision = etcd.ask(client -> client.getKVClient().put(EtcdBytes.key("/registry/moka/x"), EtcdBytes.key("{}"))).getHeader().getRevision();
            etcd.ask(client -> client.getKVClient().compact(revision));
            TestServer.await("what was deleted is gone", () -> server.admin().get(MAPS + "/gone").code() == 404);
            assertReady(server);
            assertTrue(names(server).contains("kept"));
        } finally {
            etcd.stop();
        }
    }

    @Test
    void fullStoreRefusesWritesServesReadsAndRecoversWhenThereIsRoom() throws Exception {
        EtcdProcess etcd = EtcdProcess.start("--unsafe-no-fsync", "--quota-backend-bytes=8388608");
        try (TestServer server = TestServer.startOn(etcd)) {
            String big = "x".repeat(900_000);
            Answer refused = null;
            for (int i = 0; i < 30 && (refused == null || refused.code() == 201); i++) {
                refused = server.admin().post(MAPS, "{\"metadata\":{\"name\":\"big-" + i + "\"},\"data\":{\"a\":\"" + big + "\"}}");
            }
            assertRetriable(refused);
            assertTrue(refused.text("message").contains("database space exceeded"), refused.body());
            assertEquals(200, server.admin().get(MAPS + "/big-0").code());
            etcd.ask(client -> client.getKVClient().delete(EtcdBytes.key("/registry/configmaps/default/big-"), DeleteOption.builder().isPrefix(true).build()));
            compact(etcd, server);
            etcd.ask(client -> client.getMaintenanceClient().defragmentMember(etcd.endpoint()));
            etcd.ask(client -> client.getMaintenanceClient().listAlarms().thenCompose(alarms ->
                    client.getMaintenanceClient().alarmDisarm(alarms.getAlarms().getFirst())));
            assertReady(server);
        } finally {
            etcd.stop();
        }
    }

    @Test
    void fullDiskEndsEtcdAndWithRoomAllIsThereAgain() throws Exception {
        Path disk = Files.createTempDirectory("moka-full-disk-");
        run("mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", disk.toString());
        try {
            EtcdProcess etcd = EtcdProcess.startIn(Files.createDirectory(disk.resolve("etcd")));
            try (TestServer server = TestServer.startOn(etcd)) {
                assertEquals(201, create(server, "before").code());
                run("sh", "-c", "dd if=/dev/zero of=" + disk.resolve("filler") + " bs=64k 2>/dev/null; true");
                String big = "x".repeat(900_000);
                Answer refused = null;
                for (int i = 0; i < 100 && (refused == null || refused.code() == 201); i++) {
                    refused = server.admin().post(MAPS, "{\"metadata\":{\"name\":\"big-" + i + "\"},\"data\":{\"a\":\"" + big + "\"}}");
                }
                assertRetriable(refused);
                Files.delete(disk.resolve("filler"));
                if (!etcd.alive()) {
                    etcd.restart();
                }
                assertReady(server);
                assertEquals(200, server.admin().get(MAPS + "/before").code());
            } finally {
                etcd.stop();
            }
        } finally {
            run("umount", disk.toString());
            Files.delete(disk);
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
    }
}
