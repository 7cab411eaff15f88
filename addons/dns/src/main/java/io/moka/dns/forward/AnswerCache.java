package io.moka.dns.forward;

import io.moka.dns.wire.StoredAnswer;
import io.moka.machinery.time.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;

/// Caches answers of the upstream servers for their time to live. Bounded in bytes: the least recently used answer is evicted first.
final class AnswerCache {

    private static final long MOST_BYTES = 8L << 20;
    /// Memory of an entry beside its answer, in bytes.
    private static final int ENTRY_BYTES = 400;
    private static final Duration LONGEST_LIFE = Duration.ofHours(1);
    private static final Duration LONGEST_NEGATIVE_LIFE = Duration.ofMinutes(30);
    private static final Duration STALE = Duration.ofHours(1);
    private static final long STALE_TTL_SECONDS = 30;

    private final TimeSource time;

    // guarded by this: entries in order of use, the least recently used first; bytes is the sum of their sizes
    private final LinkedHashMap<Question, Entry> entries = new LinkedHashMap<>(256, 0.75f, true);
    private long bytes;

    AnswerCache(TimeSource time) {
        this.time = time;
    }

    /// A cached answer; its times are readings of the monotonic clock in nanoseconds.
    private record Entry(StoredAnswer answer, long storedAt, long goodUntil) {

        int bytes() {
            return ENTRY_BYTES + answer.bytes();
        }
    }

    /// A cached answer for a query; a stale one is past its time to live, and is used only when no server answers in time.
    record Hit(StoredAnswer answer, LongUnaryOperator ttl, boolean stale) {
    }

    void put(Question question, StoredAnswer answer) {
        var limit = answer.isNegative() || answer.rcode() == Rcode.NXDOMAIN ? LONGEST_NEGATIVE_LIFE : LONGEST_LIFE;
        long life = Math.min(answer.lifeSeconds(), limit.toSeconds());
        if (life <= 0 || answer.isFailure()) {
            return;
        }
        long now = time.nanos();
        var entry = new Entry(answer, now, now + Duration.ofSeconds(life).toNanos());
        synchronized (this) {
            var before = entries.put(question, entry);
            bytes += entry.bytes() - (before == null ? 0 : before.bytes());
            while (bytes > MOST_BYTES) {
                bytes -= entries.pollFirstEntry().getValue().bytes();
            }
        }
    }

    @Nullable Hit get(Question question) {
        long now = time.nanos();
        Entry entry;
        synchronized (this) {
            entry = entries.get(question);
            if (entry != null && now - entry.goodUntil > STALE.toNanos()) {
                entries.remove(question);
                bytes -= entry.bytes();
                return null;
            }
        }
        if (entry == null) {
            return null;
        }
        boolean stale = now - entry.goodUntil >= 0;
        long age = Duration.ofNanos(now - entry.storedAt).toSeconds();
        long left = Duration.ofNanos(entry.goodUntil - now).toSeconds();
        return new Hit(entry.answer, stale ? ttl -> STALE_TTL_SECONDS : ttl -> Math.clamp(ttl - age, 0, Math.max(1, left)), stale);
    }

    synchronized int size() {
        return entries.size();
    }
}
