package io.moka.apiserver.server;

import io.moka.apiserver.core.encryption.EncryptedStore;
import io.moka.apiserver.core.encryption.Reloads;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.schema.SchemaRegistry;
import io.moka.apiserver.core.storage.CacheBounds;
import io.moka.apiserver.core.storage.Caches;
import io.moka.apiserver.core.storage.Compactor;
import io.moka.apiserver.core.storage.EtcdOptions;
import io.moka.apiserver.core.storage.Store;
import io.moka.apiserver.core.storage.Stores;
import io.moka.machinery.time.Sleeper;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;

/// The parts of chapter `core`: the catalog, the schemas, the store and its caches.
final class CoreParts implements AutoCloseable {
    private static final Duration ETCD_TIMEOUT = Duration.ofSeconds(10);

    final Catalog catalog = Catalog.builtin();
    final SchemaRegistry schemas;
    final Store store;
    final Caches caches;
    /// The prefix of all keys in the store; ends in `/`.
    final String prefix;
    final InstantSource clock;
    final Sleeper sleeper;
    private final Reloads reloads;
    private final Compactor compactor;

    CoreParts(Vertx vertx, ServerOptions options, InstantSource clock, Sleeper sleeper) throws IOException {
        this.clock = clock;
        this.sleeper = sleeper;
        prefix = options.keyPrefix();
        Store etcd = Stores.etcd(vertx, new EtcdOptions(options.etcdServers, options.etcdCaFile, options.etcdCertFile, options.etcdKeyFile, ETCD_TIMEOUT));
        EncryptedStore encrypted = options.encryption.configFile == null ? null : EncryptedStore.open(etcd, options.encryption, prefix, catalog);
        store = encrypted == null ? etcd : encrypted;
        caches = new Caches(store, prefix, catalog, new CacheBounds(options.watchCacheEvents, CacheBounds.DEFAULT.maxEventBytes()));
        reloads = encrypted == null ? Reloads.NONE : encrypted.follow(caches::relist, sleeper);
        caches.start();
        compactor = Compactor.start(store, options.etcdCompactionInterval, sleeper, caches::compacted);
        // while the caches wait for etcd
        schemas = SchemaRegistry.load();
    }

    @Override
    public void close() {
        reloads.close();
        compactor.close();
        caches.close();
        store.close();
    }
}
