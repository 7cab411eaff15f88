package io.moka.apiserver.storage;

import static io.moka.apiserver.storage.EtcdBytes.bytes;
import static io.moka.apiserver.storage.EtcdBytes.key;
import static io.moka.apiserver.storage.EtcdBytes.value;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// [Store] on etcd: each write is one transaction that compares the key's mod revision.
final class EtcdStore implements Store {
    /// Etcd's own limit of a request, which a request of our transactions' form reaches a little earlier.
    private static final int MAX_VALUE_BYTES = 1536 * 1024 - 512;
    private static final byte[] GUARD = "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    private static final ByteSequence REVISION_PROBE = key("/");

    private final Client client;
    private final KV kv;
    private final EtcdLeases leases;
    private final SharedRead<Long> revisionReads;
    private final Duration timeout;

    EtcdStore(Client client, Duration timeout) {
        this.client = client;
        this.timeout = timeout;
        kv = client.getKVClient();
        leases = new EtcdLeases(client.getLeaseClient(), timeout);
        GetOption countOnly = GetOption.builder().withCountOnly(true).build();
        revisionReads = new SharedRead<>(() -> kv.get(REVISION_PROBE, countOnly).thenApply(response -> response.getHeader().getRevision()));
    }

    @Override
    public @Nullable Value get(String key) {
        var found = await(kv.get(key(key))).getKvs();
        return found.isEmpty() ? null : toValue(found.getFirst());
    }

    @Override
    public Page range(String prefix, String fromKey, int limit, long revision) {
        var option = GetOption.builder().withRange(EtcdBytes.prefixEnd(prefix)).withLimit(limit).withRevision(revision).build();
        var response = await(kv.get(key(fromKey), option));
        List<Value> values = response.getKvs().stream().map(EtcdStore::toValue).toList();
        return new Page(values, response.getHeader().getRevision(), response.isMore(), response.getCount() - values.size());
    }

    @Override
    public CasResult create(String key, byte[] bytes, long ttlSeconds) {
        return put(key, bytes, 0, ttlSeconds);
    }

    @Override
    public CasResult update(String key, byte[] bytes, long expectedRevision, long ttlSeconds) {
        return put(key, bytes, expectedRevision, ttlSeconds);
    }

    private CasResult put(String key, byte[] bytes, long expectedRevision, long ttlSeconds) {
        if (bytes.length > MAX_VALUE_BYTES) {
            throw new StoreUnavailableException("etcdserver: request is too large");
        }
        ByteSequence etcdKey = key(key);
        var option = ttlSeconds == 0 ? PutOption.DEFAULT : PutOption.builder().withLeaseId(leases.forTtl(ttlSeconds)).build();
        return commit(etcdKey, expectedRevision, Op.put(etcdKey, value(bytes), option));
    }

    @Override
    public CasResult putGuarded(String key, byte[] bytes, long expectedRevision, Guard guard) {
        ByteSequence etcdKey = key(key);
        ByteSequence guardKey = key(guard.key());
        TxnResponse response = await(kv.txn()
                .If(revision(etcdKey, expectedRevision), revision(guardKey, guard.expectedRevision()))
                .Then(Op.put(etcdKey, value(bytes), PutOption.DEFAULT), Op.put(guardKey, value(GUARD), PutOption.DEFAULT))
                .Else(Op.get(etcdKey, GetOption.DEFAULT), Op.get(guardKey, GetOption.DEFAULT))
                .commit());
        if (response.isSucceeded()) {
            return new CasResult.Committed(response.getHeader().getRevision());
        }
        long guardRevision = response.getGetResponses().getLast().getKvs().stream().mapToLong(KeyValue::getModRevision).findFirst().orElse(0);
        return guardRevision == guard.expectedRevision() ? conflict(response) : new CasResult.Outrun(guardRevision);
    }

    private static Cmp revision(ByteSequence key, long expected) {
        return new Cmp(key, Cmp.Op.EQUAL, CmpTarget.modRevision(expected));
    }

    @Override
    public CasResult delete(String key, long expectedRevision) {
        ByteSequence etcdKey = key(key);
        return commit(etcdKey, expectedRevision, Op.delete(etcdKey, DeleteOption.DEFAULT));
    }

    private CasResult commit(ByteSequence key, long expectedRevision, Op write) {
        TxnResponse response = await(kv.txn()
                .If(revision(key, expectedRevision))
                .Then(write)
                .Else(Op.get(key, GetOption.DEFAULT))
                .commit());
        if (response.isSucceeded()) {
            return new CasResult.Committed(response.getHeader().getRevision());
        }
        return conflict(response);
    }

    private static CasResult conflict(TxnResponse response) {
        var found = response.getGetResponses().getFirst().getKvs();
        return new CasResult.Conflict(found.isEmpty() ? null : toValue(found.getFirst()));
    }

    @Override
    public long currentRevision() {
        return await(revisionReads.read());
    }

    @Override
    public StoreWatch watch(String prefix, long fromRevision) {
        return new EtcdWatch(client.getWatchClient(), prefix, fromRevision);
    }

    @Override
    public void close() {
        client.close();
    }

    private static Value toValue(KeyValue kv) {
        return new Value(EtcdBytes.string(kv.getKey()), bytes(kv.getValue()), kv.getModRevision());
    }

    private <T> T await(CompletableFuture<T> call) {
        return await(call, timeout);
    }

    static <T> T await(CompletableFuture<T> call, Duration timeout) {
        try {
            return call.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw EtcdErrors.translate(failed);
        } catch (TimeoutException late) {
            throw new StoreUnavailableException("etcdserver: request timed out", late);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted while waiting for etcd", stopped);
        }
    }
}
