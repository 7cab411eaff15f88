package io.moka.apiserver.core.request;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Bounds the memory of the bodies of all requests, in bytes, from the arrival of a body to the end of its request. The tree of a body takes several
/// times as much, so the total is a small part of the heap. One user gets at most a quarter of it, yet always one body of the maximum size.
public final class BodyBudget {
    private static final long LEAST = 8L * 1024 * 1024;
    private static final long MOST = 64L * 1024 * 1024;
    private static final int PART_OF_HEAP = 16;
    private static final int PART_OF_USER = 4;

    private final long total;
    // guarded by this: users has no entries of 0
    private long used;
    private final Map<String, Long> users = new HashMap<>();

    public BodyBudget(long total) {
        this.total = total;
    }

    /// Returns a sixteenth of the heap, at least 8 and at most 64 MiB.
    public static long ofHeap() {
        return Math.clamp(Runtime.getRuntime().maxMemory() / PART_OF_HEAP, LEAST, MOST);
    }

    public synchronized long used() {
        return used;
    }

    Lease lease() {
        return new Lease();
    }

    private long share() {
        return Math.max(total / PART_OF_USER, RequestBody.MAX_BYTES);
    }

    private void charge(@Nullable String user, long bytes) {
        used += bytes;
        if (user != null && bytes != 0) {
            users.merge(user, bytes, (one, other) -> one + other == 0 ? null : one + other);
        }
    }

    /// The share of one body.
    final class Lease {
        // guarded by the budget
        private long bytes;
        private @Nullable String user;
        private boolean released;

        /// Counts bytes that have arrived before the body was requested.
        ///
        /// @return whether at most half of the budget is used, so that more bytes may be read
        boolean takeUnasked(int count) {
            synchronized (BodyBudget.this) {
                if (!released) {
                    bytes += count;
                    charge(user, count);
                }
                return used <= total / 2;
            }
        }

        /// Counts the bytes that have arrived so far towards the user's share.
        ///
        /// @return false when that exceeds the user's share or the budget
        boolean assign(String owner) {
            synchronized (BodyBudget.this) {
                if (released || user != null) {
                    return true;
                }
                if (users.getOrDefault(owner, 0L) + bytes > share() || used > total) {
                    return false;
                }
                user = owner;
                charge(null, -bytes);
                charge(owner, bytes);
                return true;
            }
        }

        /// @return false when the bytes exceed the user's share or the budget
        boolean take(int count) {
            synchronized (BodyBudget.this) {
                if (released) {
                    return true;
                }
                if (used + count > total || user != null && users.getOrDefault(user, 0L) + count > share()) {
                    return false;
                }
                bytes += count;
                charge(user, count);
                return true;
            }
        }

        /// Gives all bytes back, once.
        void release() {
            synchronized (BodyBudget.this) {
                if (!released) {
                    released = true;
                    charge(user, -bytes);
                }
            }
        }
    }
}
