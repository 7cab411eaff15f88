package io.moka.proxy;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.ServicesRefusedException.Part;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Front;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Holds the services whose rules the kernel refused, with the refused fronts, for each address family. Such a service has no rules of that family until its
/// fronts change or five minutes are over; then its rules are tried again. Bounded by the number of services. Used by the thread `proxy-loop` alone.
final class SetAside {

    static final Duration RETRY = Duration.ofMinutes(5);

    private record Entry(Map<Front, Backends> wanted, Instant retryAt) {
    }

    private final InstantSource clock;
    private final Map<Part, Entry> entries = new HashMap<>();

    SetAside(InstantSource clock) {
        this.clock = clock;
    }

    void add(Part part, Map<Front, Backends> wanted) {
        entries.put(part, new Entry(wanted, clock.instant().plus(RETRY)));
    }

    /// Whether the service is still set aside with these fronts. Removes the entry if its rules should be tried again.
    boolean holds(Part part, Map<Front, Backends> wanted) {
        var entry = entries.get(part);
        if (entry == null) {
            return false;
        }
        if (entry.wanted.equals(wanted) && clock.instant().isBefore(entry.retryAt)) {
            return true;
        }
        entries.remove(part);
        return false;
    }

    /// Returns the services whose rules should be tried again now.
    List<ObjectKey> due() {
        return entries.entrySet().stream().filter(entry -> !clock.instant().isBefore(entry.getValue().retryAt)).map(entry -> entry.getKey().service()).toList();
    }
}
