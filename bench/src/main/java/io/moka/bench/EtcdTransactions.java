package io.moka.bench;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.PutOption;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.IntStream;

/// Measures the cluster's etcd without an apiserver in front of it: transactions of the same form as a create's, from a JVM, on
/// values of the size that the apiserver would store.
final class EtcdTransactions implements AutoCloseable {

    private static final String PREFIX = "/bench/";

    /// How many keys one transaction deletes. Etcd copies its buffer of recent writes for each read, and a buffer stays as large as the largest write
    /// made it: after 40,000 deletions in one transaction every later one costs five times as much.
    private static final int DELETED_AT_ONCE = 100;

    private final Vertx vertx = Vertx.vertx();
    private final Client client;
    private final KV kv;
    private int made;

    EtcdTransactions(String endpoint, Path pki) throws Exception {
        client = Client.builder().endpoints(endpoint).vertx(vertx).useVertx().sslContext(ssl -> ssl
                .trustManager(pki.resolve("etcd/ca.crt").toFile())
                .keyManager(pki.resolve("apiserver-etcd-client.crt").toFile(), pki.resolve("apiserver-etcd-client.key").toFile())).build();
        kv = client.getKVClient();
    }

    /// Returns the rate in transactions per second.
    double perSecond(int clients, int warmUp, int count, int valueBytes) throws InterruptedException {
        ByteSequence value = bytes("x".repeat(valueBytes));
        Load.Call create = i -> {
            ByteSequence key = bytes(PREFIX + i);
            var written = kv.txn().If(new Cmp(key, Cmp.Op.EQUAL, CmpTarget.modRevision(0))).Then(Op.put(key, value, PutOption.DEFAULT)).commit().get();
            if (!written.isSucceeded()) {
                throw new IllegalStateException("the key " + i + " was there already");
            }
        };
        made = warmUp + count;
        Load.perSecond(clients, 0, warmUp, create);
        return Load.perSecond(clients, warmUp, count, create);
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws Exception {
        for (int first = 0; first < made; first += DELETED_AT_ONCE) {
            var some = IntStream.range(first, first + DELETED_AT_ONCE).mapToObj(i -> Op.delete(bytes(PREFIX + i), DeleteOption.DEFAULT)).toArray(Op[]::new);
            kv.txn().Then(some).commit().get();
        }
        client.close();
        vertx.close().await();
    }
}
