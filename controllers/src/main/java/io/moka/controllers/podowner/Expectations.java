package io.moka.controllers.podowner;

import io.moka.machinery.meta.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Records the creations and deletions of pods that a controller has requested and that its cache does not show yet. While some are outstanding,
/// counting the pods in the cache would lead to creating or deleting twice.
///
/// Follows upstream's `UIDTrackingControllerExpectations`.
public final class Expectations {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final class Entry {
        private int creations;
        private final Set<String> deletions = new HashSet<>();
        private final Instant since;

        private Entry(Instant since) {
            this.since = since;
        }

        private boolean isMet() {
            return creations <= 0 && deletions.isEmpty();
        }
    }

    private final InstantSource clock;

    // guarded by this
    private final Map<ObjectKey, Entry> entries = new HashMap<>();

    public Expectations(InstantSource clock) {
        this.clock = clock;
    }

    public synchronized boolean areMet(ObjectKey owner) {
        var entry = entries.get(owner);
        if (entry == null) {
            return true;
        }
        if (entry.isMet() || entry.since.plus(PATIENCE).isBefore(clock.instant())) {
            entries.remove(owner);
            return true;
        }
        return false;
    }

    public synchronized void expectCreation(ObjectKey owner) {
        entry(owner).creations++;
    }

    public synchronized void expectDeletion(ObjectKey owner, String uid) {
        entry(owner).deletions.add(uid);
    }

    /// Records that a creation was seen in the cache, or has failed.
    public synchronized void created(ObjectKey owner) {
        var entry = entries.get(owner);
        if (entry != null) {
            entry.creations--;
        }
    }

    /// Records that a deletion was seen in the cache, or has failed.
    public synchronized void deleted(ObjectKey owner, String uid) {
        var entry = entries.get(owner);
        if (entry != null) {
            entry.deletions.remove(uid);
        }
    }

    public synchronized void forget(ObjectKey owner) {
        entries.remove(owner);
    }

    private Entry entry(ObjectKey owner) {
        return entries.computeIfAbsent(owner, key -> new Entry(clock.instant()));
    }
}
