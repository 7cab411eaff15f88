package io.moka.apiserver.core.storage;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.etcd.jetcd.options.LeaseOption;
import io.moka.apiserver.testing.EtcdProcess;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The store's contract on a real etcd, one of its own, as a compaction is of etcd as a whole.
final class EtcdStoreTest extends StoreContractTest {
    private static Vertx vertx;
    private static EtcdProcess etcd;
    private static Store store;

    @BeforeAll
    static void open() {
        etcd = EtcdProcess.start();
        vertx = Vertx.vertx();
        store = Stores.etcd(vertx, EtcdOptions.plain(etcd.endpoint()));
    }

    @AfterAll
    static void close() {
        store.close();
        vertx.close();
        etcd.stop();
    }

    @Override
    Store store() {
        return store;
    }

    @Override
    @Nullable Duration timeToLive(String key) {
        long lease = etcd.ask(client -> client.getKVClient().get(EtcdBytes.key(key))).getKvs().getFirst().getLease();
        return lease == 0 ? null : Duration.ofSeconds(etcd.ask(client -> client.getLeaseClient().timeToLive(lease, LeaseOption.DEFAULT)).getTTL());
    }

    @Test
    void leaseThatHasExpiredBeforeItsTimeIsReplaced() {
        store.create("/leased/a", new byte[1], 77);
        long lease = etcd.ask(client -> client.getKVClient().get(EtcdBytes.key("/leased/a"))).getKvs().getFirst().getLease();
        etcd.ask(client -> client.getLeaseClient().revoke(lease));
        assertInstanceOf(CasResult.Committed.class, store.create("/leased/b", new byte[1], 77));
        assertNotNull(timeToLive("/leased/b"));
    }

    @Test
    void storeThatCannotBeReachedSaysSoInTime() {
        var options = new EtcdOptions(List.of("http://127.0.0.1:1"), null, null, null, Duration.ofMillis(300));
        try (Store nowhere = Stores.etcd(Vertx.vertx(), options)) {
            assertThrows(StoreUnavailableException.class, () -> nowhere.get("/x"));
            assertThrows(StoreUnavailableException.class, () -> nowhere.range("/x/", "/x/", 0, 0));
            assertThrows(StoreUnavailableException.class, () -> nowhere.create("/x", new byte[1], 60));
            assertThrows(StoreUnavailableException.class, () -> nowhere.delete("/x", 1));
            assertThrows(StoreUnavailableException.class, () -> nowhere.compact(0, 0));
            assertThrows(StoreUnavailableException.class, nowhere::currentRevision);
        }
    }
}
