package io.moka.apiserver.core.storage;

import static io.moka.apiserver.core.storage.EtcdBytes.bytes;
import static io.moka.apiserver.core.storage.EtcdBytes.key;
import static io.moka.apiserver.core.storage.EtcdBytes.value;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.moka.apiserver.core.storage.StoreUnavailableException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A [Store] on etcd: each write is one transaction that compares the key's mod revision.
final class EtcdStore implements Store {
    /// Maximum size of a value in bytes: etcd's own limit for a request, less the rest of such a transaction.
    private static final int MAX_VALUE_BYTES = 1536 * 1024 - 512;
    private static final byte[] GUARD = "{}".getBytes(UTF_8);
    /// The key with which upstream's servers count rounds of compaction, too: its version is the round, its value the revision.
    private static final ByteSequence COMPACTION = key("compact_rev_key");
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
        revisionReads = new SharedRead<>(() -> kv.get(REVISION_PROBE, countOnly).thenApply(response -> response.getHeader().getRevision())
                // a request that is never answered must not block the callers that share the next one
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS));
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
        requireFits(bytes);
        ByteSequence etcdKey = key(key);
        if (ttlSeconds == 0) {
            return commit(etcdKey, expectedRevision, Op.put(etcdKey, value(bytes), PutOption.DEFAULT));
        }
        long lease = leases.forTtl(ttlSeconds);
        try {
            return putLeased(etcdKey, bytes, expectedRevision, lease);
        } catch (StoreUnavailableException failed) {
            if (failed.reason() != Reason.LEASE_GONE) {
                throw failed;
            }
            leases.forget(ttlSeconds, lease);
            return putLeased(etcdKey, bytes, expectedRevision, leases.forTtl(ttlSeconds));
        }
    }

    private CasResult putLeased(ByteSequence key, byte[] bytes, long expectedRevision, long lease) {
        return commit(key, expectedRevision, Op.put(key, value(bytes), PutOption.builder().withLeaseId(lease).build()));
    }

    private static void requireFits(byte[] bytes) {
        if (bytes.length > MAX_VALUE_BYTES) {
            throw new StoreUnavailableException(Reason.TOO_LARGE, EtcdErrors.TOO_LARGE);
        }
    }

    @Override
    public CasResult put(String key, byte[] bytes, long expectedRevision, Reservations reservations) {
        if (reservations.isEmpty()) {
            return put(key, bytes, expectedRevision, 0);
        }
        requireFits(bytes);
        ByteSequence etcdKey = key(key);
        List<Cmp> conditions = new ArrayList<>(List.of(revision(etcdKey, expectedRevision)));
        List<Op> writes = new ArrayList<>(List.of(Op.put(etcdKey, value(bytes), PutOption.DEFAULT)));
        reservations.taken().forEach((taken, content) -> {
            conditions.add(revision(key(taken), 0));
            writes.add(Op.put(key(taken), value(content), PutOption.DEFAULT));
        });
        reservations.released().forEach(released -> writes.add(Op.delete(key(released), DeleteOption.DEFAULT)));
        ByteSequence guardKey = reservations.guard() == null ? null : key(reservations.guard().key());
        if (guardKey != null) {
            conditions.add(revision(guardKey, reservations.guard().expectedRevision()));
            writes.add(Op.put(guardKey, value(GUARD), PutOption.DEFAULT));
        }
        return commit(conditions, writes, etcdKey, expectedRevision, guardKey);
    }

    private CasResult commit(List<Cmp> conditions, List<Op> writes, ByteSequence key, long expectedRevision, @Nullable ByteSequence guard) {
        Op[] reads = guard == null ? new Op[] {Op.get(key, GetOption.DEFAULT)} : new Op[] {Op.get(key, GetOption.DEFAULT), Op.get(guard, GetOption.DEFAULT)};
        TxnResponse response = await(kv.txn().If(conditions.toArray(Cmp[]::new)).Then(writes.toArray(Op[]::new)).Else(reads).commit());
        long revision = response.getHeader().getRevision();
        if (response.isSucceeded()) {
            return new CasResult.Committed(revision);
        }
        if (modRevision(response.getGetResponses().getFirst()) != expectedRevision) {
            return conflict(response);
        }
        return new CasResult.Outrun(revision, guard == null ? 0 : modRevision(response.getGetResponses().getLast()));
    }

    private static long modRevision(GetResponse response) {
        return response.getKvs().stream().mapToLong(KeyValue::getModRevision).findFirst().orElse(0);
    }

    private static Cmp revision(ByteSequence key, long expected) {
        return new Cmp(key, Cmp.Op.EQUAL, CmpTarget.modRevision(expected));
    }

    @Override
    public CasResult delete(String key, long expectedRevision, Set<String> released) {
        ByteSequence etcdKey = key(key);
        Stream<Op> claims = released.stream().map(claim -> Op.delete(key(claim), DeleteOption.DEFAULT));
        return commit(etcdKey, expectedRevision, Stream.concat(Stream.of(Op.delete(etcdKey, DeleteOption.DEFAULT)), claims).toArray(Op[]::new));
    }

    private CasResult commit(ByteSequence key, long expectedRevision, Op... writes) {
        TxnResponse response = await(kv.txn()
                .If(revision(key, expectedRevision))
                .Then(writes)
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
    public Compaction compact(long round, long revision) {
        TxnResponse response = await(kv.txn().If(new Cmp(COMPACTION, Cmp.Op.EQUAL, CmpTarget.version(round)))
                .Then(Op.put(COMPACTION, value(Long.toString(revision).getBytes(UTF_8)), PutOption.DEFAULT))
                .Else(Op.get(COMPACTION, GetOption.DEFAULT)).commit());
        long now = response.getHeader().getRevision();
        if (!response.isSucceeded()) {
            List<KeyValue> found = response.getGetResponses().getFirst().getKvs();
            if (found.isEmpty()) {
                return new Compaction(0, now, 0);
            }
            KeyValue other = found.getFirst();
            return new Compaction(other.getVersion(), now, Long.parseLong(EtcdBytes.string(other.getValue())));
        }
        if (revision > 0) {
            await(kv.compact(revision));
        }
        return new Compaction(round + 1, now, revision);
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
            throw new StoreUnavailableException(Reason.TIMED_OUT, EtcdErrors.TIMED_OUT, late);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException(Reason.UNAVAILABLE, "interrupted while waiting for etcd", stopped);
        }
    }
}
