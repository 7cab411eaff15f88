package io.moka.apiserver.core.request;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/// The audit id of a request, by which its log entries can be found: the id that the client sent, or a random one.
final class AuditId {
    private static final int MAX_LENGTH = 64;

    private AuditId() {}

    static String of(String sent) {
        return sent.isEmpty() || sent.length() > MAX_LENGTH || !sent.chars().allMatch(c -> c > 0x20 && c < 0x7f) ? random() : sent;
    }

    /// Returns a random UUID. It need not be hard to guess, so it is made without the secure generator.
    private static String random() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong() & ~0xf000L | 0x4000L, random.nextLong() & 0x3fffffffffffffffL | 0x8000000000000000L).toString();
    }
}
