package io.moka.proxy.announce;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Probes for one address, then announces it. Used by the announcer's thread alone.
final class Announcement {

    private static final int PROBES = 3;
    private static final Duration BETWEEN_PROBES = Duration.ofMillis(100);
    private static final int EARLY = 5;
    private static final Duration BETWEEN_EARLY = Duration.ofMillis(500);
    private static final Duration BETWEEN_LATER = Duration.ofSeconds(30);
    private static final Duration DEFENCE = Duration.ofSeconds(10);

    /// The result of a step.
    sealed interface Outcome {

        record Quiet() implements Outcome {
        }

        /// The address was announced for the first time.
        record Begun() implements Outcome {
        }

        /// Another machine has the address, which was not announced yet.
        record Occupied(Mac owner) implements Outcome {
        }

        /// Another machine claims the address, which was announced once more.
        record Disputed(Mac owner) implements Outcome {
        }
    }

    private static final Outcome QUIET = new Outcome.Quiet();

    private final InetAddress address;
    private final Link link;
    private final LongSupplier nanoTime;
    private int probes;
    private int announcements;
    private long due;
    private long defended;

    Announcement(InetAddress address, Link link, LongSupplier nanoTime) {
        this.address = address;
        this.link = link;
        this.nanoTime = nanoTime;
        this.due = nanoTime.getAsLong();
        this.defended = due - DEFENCE.toNanos();
        link.watch(address);
    }

    InetAddress address() {
        return address;
    }

    String device() {
        return link.device();
    }

    /// Whether the next step is due soon.
    boolean isYoung() {
        return announcements < EARLY;
    }

    /// Does what is due now.
    ///
    /// @throws IOException when the interface cannot be used any more
    Outcome step() throws IOException {
        if (link.isBroken()) {
            throw new IOException("interface " + device() + " is down or gone");
        }
        long now = nanoTime.getAsLong();
        var claimant = link.takeClaim(address);
        if (claimant != null && announcements == 0) {
            return new Outcome.Occupied(claimant);
        }
        if (claimant != null && now - defended >= DEFENCE.toNanos()) {
            defended = now;
            link.announce(address);
            return new Outcome.Disputed(claimant);
        }
        if (now - due < 0) {
            return QUIET;
        }
        if (probes < PROBES) {
            probes++;
            link.probe(address);
            due = now + BETWEEN_PROBES.toNanos();
            return QUIET;
        }
        link.answer(address);
        link.announce(address);
        announcements++;
        due = now + (isYoung() ? BETWEEN_EARLY : BETWEEN_LATER).toNanos();
        return announcements == 1 ? new Outcome.Begun() : QUIET;
    }

    /// Answers for the address no more.
    void end() {
        link.forget(address);
    }
}
