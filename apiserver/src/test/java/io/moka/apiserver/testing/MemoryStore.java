package io.moka.apiserver.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moka.apiserver.core.storage.CasResult;
import io.moka.apiserver.core.storage.CompactedException;
import io.moka.apiserver.core.storage.Store;
import io.moka.apiserver.core.storage.StoreUnavailableException;
import io.moka.apiserver.core.storage.StoreUnavailableException.Reason;
import io.moka.apiserver.core.storage.StoreWatch;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A [Store] in memory that behaves as etcd does, held to it by `StoreContractTest`. Beyond that it does on request what etcd does only by chance:
///
/// - [#onNext] runs something at the beginning of a call: a write there is an interleaving, an exception a failure, a wait a pause;
/// - [#holdDeliveries] keeps changes from the watches until [#deliverNext] or [#deliverAll] lets them through;
/// - [#breakWatches] ends all watches; [#advance] moves the clock that keys with a time to live expire by.
public final class MemoryStore implements Store {
    /// The calls that [#onNext] can step into.
    public enum Operation { GET, RANGE, WRITE, REVISION, WATCH, COMPACT }

    private static final int MAX_VALUE_BYTES = 1536 * 1024 - 512;
    private static final int MAX_QUEUED_RESPONSES = 4096;
    private static final String COMPACTION = "compact_rev_key";
    private static final byte[] GUARD = "{}".getBytes(UTF_8);

    /// @param expiresNanos by [#nowNanos]; [Long#MAX_VALUE] for never
    private record Entry(byte[] bytes, long revision, long expiresNanos) {}

    // Guarded by this. state is what the batches of history make it; the last batch has the store's revision; held are the batches at the end of
    // history that no watch has been given yet.
    private final NavigableMap<String, Entry> state = new TreeMap<>();
    private final List<List<StoreWatch.Change>> history = new ArrayList<>();
    private final Deque<List<StoreWatch.Change>> held = new ArrayDeque<>();
    private final Set<MemoryWatch> watches = new LinkedHashSet<>();
    private final Map<Operation, Deque<Runnable>> steps = new EnumMap<>(Operation.class);
    private long revision = 1;
    private long compacted;
    private long rounds;
    private long nowNanos;
    private boolean holding;
    private boolean losing;
    private boolean losingAnswer;

    /// Before the next call of this kind that has no other such step waiting, in the calling thread and outside the store's lock.
    public synchronized void onNext(Operation operation, Runnable step) {
        steps.computeIfAbsent(operation, ignored -> new ArrayDeque<>()).add(step);
    }

    /// The next call of this kind fails as if etcd did not answer; it has done nothing.
    public void failNext(Operation operation) {
        onNext(operation, () -> {
            throw new StoreUnavailableException(Reason.TIMED_OUT, "etcdserver: request timed out");
        });
    }

    /// The next write is done, but its caller is not told: for it etcd has not answered.
    public synchronized void loseNextAnswer() {
        losingAnswer = true;
    }

    /// A step that pauses a call until the latch is down, for half a minute at most; then the call fails.
    public static void pauseUntil(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new StoreUnavailableException(Reason.TIMED_OUT, "etcdserver: request timed out");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException(Reason.UNAVAILABLE, "interrupted while waiting for etcd", stopped);
        }
    }

    private void step(Operation operation) {
        Runnable step;
        synchronized (this) {
            Deque<Runnable> waiting = steps.get(operation);
            step = waiting == null ? null : waiting.poll();
        }
        if (step != null) {
            step.run();
        }
    }

    /// From now on no watch is told of changes, but by [#deliverNext].
    public synchronized void holdDeliveries() {
        holding = true;
    }

    /// Lets the changes of one revision through; false when there are none.
    public synchronized boolean deliverNext() {
        List<StoreWatch.Change> next = held.poll();
        if (next != null && !losing) {
            watches.forEach(watch -> watch.offer(next));
        }
        losing &= next == null;
        return next != null;
    }

    /// Lets everything through, now and from now on.
    public synchronized void deliverAll() {
        holding = false;
        while (deliverNext()) {
            continue;
        }
    }

    /// The next change reaches no watch that is open now, as when a watch dies in silence.
    public synchronized void loseNextDelivery() {
        losing = true;
    }

    /// Ends all watches as if the connection had broken.
    public synchronized void breakWatches() {
        watches.forEach(watch -> watch.fail(new StoreUnavailableException(Reason.UNAVAILABLE, "etcd ended the watch")));
        watches.clear();
    }

    public synchronized int openWatches() {
        return watches.size();
    }

    /// Moves the clock; keys whose time is over go, all in one revision.
    public synchronized void advance(Duration time) {
        nowNanos += time.toNanos();
        List<StoreWatch.Change> changes = new ArrayList<>();
        state.forEach((key, entry) -> {
            if (entry.expiresNanos() <= nowNanos) {
                changes.add(new StoreWatch.Removed(key, revision + 1));
            }
        });
        commit(changes, Long.MAX_VALUE);
    }

    /// How long a key has yet to live; null for a key that has no end or does not exist.
    public synchronized @Nullable Duration timeToLive(String key) {
        Entry entry = state.get(key);
        return entry == null || entry.expiresNanos() == Long.MAX_VALUE ? null : Duration.ofNanos(entry.expiresNanos() - nowNanos);
    }

    @Override
    public @Nullable Value get(String key) {
        step(Operation.GET);
        synchronized (this) {
            return value(key, state.get(key));
        }
    }

    private static @Nullable Value value(String key, @Nullable Entry entry) {
        return entry == null ? null : new Value(key, entry.bytes().clone(), entry.revision());
    }

    @Override
    public Page range(String prefix, String fromKey, int limit, long at) {
        step(Operation.RANGE);
        synchronized (this) {
            List<Value> all = new ArrayList<>();
            stateAt(at).tailMap(fromKey, true).forEach((key, entry) -> {
                if (key.startsWith(prefix)) {
                    all.add(new Value(key, entry.bytes().clone(), entry.revision()));
                }
            });
            boolean more = limit > 0 && all.size() > limit;
            List<Value> page = more ? List.copyOf(all.subList(0, limit)) : all;
            return new Page(page, revision, more, all.size() - page.size());
        }
    }

    private NavigableMap<String, Entry> stateAt(long at) {
        if (at == 0 || at == revision) {
            return state;
        }
        if (at > revision) {
            throw new StoreUnavailableException(Reason.UNAVAILABLE, "etcdserver: mvcc: required revision is a future revision");
        }
        requireKept(at);
        NavigableMap<String, Entry> then = new TreeMap<>();
        history.stream().flatMap(List::stream).filter(change -> change.revision() <= at).forEach(change -> {
            switch (change) {
                case StoreWatch.Put(String key, byte[] bytes, long changed) -> then.put(key, new Entry(bytes, changed, Long.MAX_VALUE));
                case StoreWatch.Removed(String key, long ignored) -> then.remove(key);
            }
        });
        return then;
    }

    private void requireKept(long at) {
        if (at < compacted) {
            throw new CompactedException("etcdserver: mvcc: required revision has been compacted");
        }
    }

    @Override
    public CasResult create(String key, byte[] bytes, long ttlSeconds) {
        return write(key, bytes, 0, ttlSeconds, NO_RESERVATIONS);
    }

    @Override
    public CasResult update(String key, byte[] bytes, long expectedRevision, long ttlSeconds) {
        return write(key, bytes, expectedRevision, ttlSeconds, NO_RESERVATIONS);
    }

    @Override
    public CasResult put(String key, byte[] bytes, long expectedRevision, Reservations reservations) {
        return write(key, bytes, expectedRevision, 0, reservations);
    }

    private static final Reservations NO_RESERVATIONS = new Reservations(Map.of(), Set.of(), null);

    private CasResult write(String key, byte[] bytes, long expectedRevision, long ttlSeconds, Reservations reservations) {
        if (bytes.length > MAX_VALUE_BYTES) {
            throw new StoreUnavailableException(Reason.TOO_LARGE, "etcdserver: request is too large");
        }
        step(Operation.WRITE);
        synchronized (this) {
            if (revisionOf(key) != expectedRevision) {
                return new CasResult.Conflict(value(key, state.get(key)));
            }
            Guard guard = reservations.guard();
            if (guard != null && revisionOf(guard.key()) != guard.expectedRevision() || reservations.taken().keySet().stream().anyMatch(state::containsKey)) {
                return new CasResult.Outrun(revision, guard == null ? 0 : revisionOf(guard.key()));
            }
            List<StoreWatch.Change> changes = new ArrayList<>();
            changes.add(new StoreWatch.Put(key, bytes.clone(), revision + 1));
            reservations.taken().forEach((taken, content) -> changes.add(new StoreWatch.Put(taken, content.clone(), revision + 1)));
            reservations.released().stream().filter(state::containsKey).forEach(released -> changes.add(new StoreWatch.Removed(released, revision + 1)));
            if (guard != null) {
                changes.add(new StoreWatch.Put(guard.key(), GUARD, revision + 1));
            }
            long expires = ttlSeconds == 0 ? Long.MAX_VALUE : nowNanos + TimeUnit.SECONDS.toNanos(ttlSeconds);
            long written = commit(changes, expires);
            if (losingAnswer) {
                losingAnswer = false;
                throw new StoreUnavailableException(Reason.TIMED_OUT, "etcdserver: request timed out");
            }
            return new CasResult.Committed(written);
        }
    }

    private long revisionOf(String key) {
        Entry entry = state.get(key);
        return entry == null ? 0 : entry.revision();
    }

    /// @param expiresNanos of the keys that are put
    private long commit(List<StoreWatch.Change> changes, long expiresNanos) {
        if (changes.isEmpty()) {
            return revision;
        }
        revision++;
        for (StoreWatch.Change change : changes) {
            switch (change) {
                case StoreWatch.Put(String key, byte[] bytes, long at) -> state.put(key, new Entry(bytes, at, expiresNanos));
                case StoreWatch.Removed(String key, long ignored) -> state.remove(key);
            }
        }
        history.add(List.copyOf(changes));
        held.add(history.getLast());
        if (!holding) {
            deliverNext();
        }
        return revision;
    }

    @Override
    public CasResult delete(String key, long expectedRevision, Set<String> released) {
        step(Operation.WRITE);
        synchronized (this) {
            if (revisionOf(key) != expectedRevision) {
                return new CasResult.Conflict(value(key, state.get(key)));
            }
            Set<String> gone = new LinkedHashSet<>(List.of(key));
            gone.addAll(released);
            List<StoreWatch.Change> changes = new ArrayList<>();
            gone.stream().filter(state::containsKey).forEach(each -> changes.add(new StoreWatch.Removed(each, revision + 1)));
            return new CasResult.Committed(commit(changes, Long.MAX_VALUE));
        }
    }

    @Override
    public long currentRevision() {
        step(Operation.REVISION);
        synchronized (this) {
            return revision;
        }
    }

    @Override
    public Compaction compact(long round, long at) {
        step(Operation.COMPACT);
        synchronized (this) {
            if (round != rounds) {
                return rounds == 0 ? new Compaction(0, revision, 0) : new Compaction(rounds, revision, Long.parseLong(new String(state.get(COMPACTION).bytes(), UTF_8)));
            }
            rounds++;
            commit(List.of(new StoreWatch.Put(COMPACTION, Long.toString(at).getBytes(UTF_8), revision + 1)), Long.MAX_VALUE);
            if (at > 0) {
                if (at <= compacted) {
                    throw new CompactedException("etcdserver: mvcc: required revision has been compacted");
                }
                if (at > revision) {
                    throw new StoreUnavailableException(Reason.UNAVAILABLE, "etcdserver: mvcc: required revision is a future revision");
                }
                compacted = at;
            }
            return new Compaction(rounds, revision, at);
        }
    }

    @Override
    public StoreWatch watch(String prefix, long fromRevision) {
        step(Operation.WATCH);
        synchronized (this) {
            MemoryWatch watch = new MemoryWatch(prefix, fromRevision);
            if (fromRevision > 0 && fromRevision < compacted) {
                watch.fail(new CompactedException("etcdserver: mvcc: required revision has been compacted"));
                return watch;
            }
            history.stream().limit(history.size() - held.size()).forEach(watch::offer);
            watches.add(watch);
            return watch;
        }
    }

    @Override
    public void close() {
        breakWatches();
    }

    private final class MemoryWatch implements StoreWatch {
        private sealed interface Signal {
            record Changes(List<Change> changes) implements Signal {}

            record Broken(RuntimeException why) implements Signal {}
        }

        private final String prefix;
        private final long fromRevision;
        private final BlockingQueue<Signal> queue = new LinkedBlockingQueue<>();
        // guarded by the store
        private boolean broken;

        MemoryWatch(String prefix, long fromRevision) {
            this.prefix = prefix;
            this.fromRevision = fromRevision == 0 ? revision + 1 : fromRevision;
        }

        void offer(List<Change> changes) {
            List<Change> mine = changes.stream().filter(change -> change.revision() >= fromRevision && change.key().startsWith(prefix)).toList();
            if (mine.isEmpty() || broken) {
                return;
            }
            if (queue.size() >= MAX_QUEUED_RESPONSES) {
                fail(new StoreUnavailableException(Reason.UNAVAILABLE, "watch fell " + MAX_QUEUED_RESPONSES + " responses behind"));
            } else {
                queue.add(new Signal.Changes(mine));
            }
        }

        void fail(RuntimeException why) {
            broken = true;
            queue.add(new Signal.Broken(why));
        }

        @Override
        public List<Change> take(Duration patience) throws InterruptedException {
            return switch (queue.poll(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                case null -> List.of();
                case Signal.Changes(List<Change> changes) -> changes;
                case Signal.Broken(RuntimeException why) -> throw why;
            };
        }

        @Override
        public void close() {
            synchronized (MemoryStore.this) {
                watches.remove(this);
            }
        }
    }
}
