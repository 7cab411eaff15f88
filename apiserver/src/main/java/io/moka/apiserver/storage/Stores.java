package io.moka.apiserver.storage;

import io.vertx.core.Vertx;

/// Opens stores.
public final class Stores {
    private Stores() {}

    /// A store in etcd. Returns at once; calls wait until etcd answers or their time is over.
    /// Closing the store closes the Vert.x instance too: jetcd takes it for its own.
    public static Store etcd(Vertx vertx, EtcdOptions options) {
        return new EtcdStore(EtcdConnection.open(vertx, options), options.requestTimeout());
    }
}
