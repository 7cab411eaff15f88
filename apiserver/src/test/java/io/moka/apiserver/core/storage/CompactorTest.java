package io.moka.apiserver.core.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.testing.EtcdProcess;
import io.moka.apiserver.testing.TestServer;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.Test;

/// On an etcd of its own, as etcd is compacted as a whole.
final class CompactorTest {

    @Test
    void oneOfSeveralServersDoesARound() {
        EtcdProcess etcd = EtcdProcess.start();
        Vertx vertx = Vertx.vertx();
        try (Store store = Stores.etcd(vertx, EtcdOptions.plain(etcd.endpoint()))) {
            store.create("/k/a", "1".getBytes(UTF_8), 0);
            Store.Compaction first = store.compact(0, 0);
            assertEquals(1, first.round());
            long past = first.revision();
            for (int i = 0; i < 3; i++) {
                store.create("/k/b" + i, "1".getBytes(UTF_8), 0);
            }
            Store.Compaction late = store.compact(0, past + 2);
            assertEquals(new Store.Compaction(1, late.revision(), 0), late, "a server that has not seen the round does nothing");
            assertEquals(1, store.range("/k/", "/k/", 10, past).values().size());
            assertEquals(past + 2, store.compact(late.round(), past + 2).compacted());
            assertThrows(CompactedException.class, () -> store.range("/k/", "/k/", 10, past));
            assertEquals(past + 2, store.compact(1, past + 3).compacted(), "the others learn how far it went");
        } finally {
            vertx.close();
        }
    }

    @Test
    void aTokenFromBeforeIsRefusedWithOneThatGoesOn() throws Exception {
        try (TestServer server = TestServer.startOn(EtcdProcess.start(), "--etcd-compaction-interval=500ms")) {
            String maps = server.namespace("paged") + "/configmaps";
            for (String name : new String[] {"a", "b", "c"}) {
                server.admin().post(maps, "{\"metadata\":{\"name\":\"" + name + "\"}}");
            }
            String token = server.admin().get(maps + "?limit=1").text("metadata", "continue");
            TestServer.await("the token is too old", () -> server.admin().get(maps + "?limit=1&continue=" + token).code() == 410);
            TestServer.Answer expired = server.admin().get(maps + "?limit=1&continue=" + token);
            assertEquals("Expired", expired.text("reason"));
            String fresh = expired.text("metadata", "continue");
            TestServer.Answer rest = server.admin().get(maps + "?limit=5&continue=" + fresh);
            assertEquals("b", Json.name(rest.json().at("/items/0")), rest.body());
            assertTrue(rest.json().path("items").size() == 2, rest.body());
        }
    }
}
