package io.moka.apiserver.core.storage;

import io.vertx.core.Vertx;

/// Creates stores.
public final class Stores {
    private Stores() {}

    /// Returns a store on etcd. Returns at once; calls to the store wait until etcd answers or they time out.
    /// Closing the store closes the Vert.x instance too, since jetcd treats it as its own.
    public static Store etcd(Vertx vertx, EtcdOptions options) {
        return new EtcdStore(EtcdConnection.open(vertx, options), options.requestTimeout());
    }
}
