package io.moka.apiserver.http;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/// Names a request, so that its traces can be found together: what the client sent, or something of our own.
final class AuditId {
    private static final int MAX_LENGTH = 64;

    private AuditId() {}

    static String of(String sent) {
        return sent.isEmpty() || sent.length() > MAX_LENGTH || !sent.chars().allMatch(c -> c > 0x20 && c < 0x7f) ? random() : sent;
    }

    /// It need not be hard to guess, so it is made without the secure generator.
    private static String random() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong() & ~0xf000L | 0x4000L, random.nextLong() & 0x3fffffffffffffffL | 0x8000000000000000L).toString();
    }
}
