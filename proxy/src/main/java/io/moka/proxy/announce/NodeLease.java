package io.moka.proxy.announce;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Resources;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The lease by which this node shows that it is alive: while the lease is valid, no other node takes over an address of this node.
///
/// Its validity counts from just before the last renewal was sent, by the monotonic or the wall clock, whichever has advanced further, so that neither a
/// stopped process nor a suspended machine prolongs it. Other nodes count from the moment when they saw the renewal.
final class NodeLease {

    private static final Logger log = LoggerFactory.getLogger(NodeLease.class);
    static final String PREFIX = "moka-announcer-";
    static final Duration SHARED = Duration.ofSeconds(2);
    /// The lease's duration while no other node announces addresses: for this long the apiserver may be unreachable before announcements stop.
    static final Duration ALONE = Duration.ofMinutes(5);
    private static final Duration RENEW_SHARED = Duration.ofMillis(500);
    private static final Duration RENEW_ALONE = Duration.ofMinutes(1);
    /// Time-out of a call while the lease is valid, which leaves time for another call; the first call may take as long as a busy machine needs.
    private static final Duration CALL = Duration.ofSeconds(1);
    private static final Duration FIRST_CALL = Duration.ofSeconds(10);
    /// A frame that was on its way when the time was over arrives within this time.
    private static final Duration MARGIN = Duration.ofMillis(200);

    /// @param holds how long the lease is valid, without the margin
    private record Renewal(long nanos, Instant wall, Duration holds, boolean shared) {
    }

    private final Resources<Lease> leases;
    private final String node;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Runnable lapsed;
    // the announcer's thread alone
    private @Nullable Lease last;
    private boolean failing;
    // written by the announcer's thread; null before the first renewal
    private volatile @Nullable Renewal renewed;

    /// @param lapsed called when the lease is renewed after its word had lapsed, before it holds again: addresses may be another node's by now
    NodeLease(Resources<Lease> leases, String node, InstantSource clock, LongSupplier nanoTime, Runnable lapsed) {
        this.leases = leases;
        this.node = node;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.lapsed = lapsed;
    }

    /// Whether this node may speak for its addresses.
    boolean holds() {
        var renewal = renewed;
        if (renewal == null) {
            return false;
        }
        var passed = Duration.ofNanos(nanoTime.getAsLong() - renewal.nanos);
        var byWall = Duration.between(renewal.wall, clock.instant());
        return (passed.compareTo(byWall) > 0 ? passed : byWall).compareTo(renewal.holds) < 0;
    }

    /// Returns the time until the lease has to be renewed, by the duration that it has now: one that was shared until a moment ago is short.
    ///
    /// @param shared whether other nodes announce addresses, too
    Duration untilDue(boolean shared) {
        var renewal = renewed;
        if (renewal == null || !holds() || shared && !renewal.shared) {
            return Duration.ZERO;
        }
        return (renewal.shared ? RENEW_SHARED : RENEW_ALONE).minusNanos(nanoTime.getAsLong() - renewal.nanos);
    }

    /// Renews the lease; false where that failed. The answer has to come before the last word lapses: only then another node that looks at the lease afterwards
    /// sees the renewal.
    boolean renew(boolean shared) {
        long began = nanoTime.getAsLong();
        var wall = clock.instant();
        var duration = shared ? SHARED : ALONE;
        var api = leases.within(holds() ? CALL : FIRST_CALL);
        try {
            var current = last == null ? api.find(AddressLeases.NAMESPACE, PREFIX + node) : last;
            last = current == null ? api.create(lease(new LeaseBuilder().withNewMetadata().withNamespace(AddressLeases.NAMESPACE).withName(PREFIX + node)
                    .withLabels(Map.of(AddressLeases.LABEL, AddressLeases.NODE)).endMetadata().build(), duration)) : api.update(lease(current, duration));
            if (!holds()) {
                lapsed.run();
            }
            failing = false;
            renewed = new Renewal(began, wall, duration.minus(MARGIN), shared);
            return true;
        } catch (ApiException | UncheckedIOException e) {
            last = null;
            if (!failing) {
                log.warn("the lease {} could not be renewed, trying on: {}", PREFIX + node, e.getMessage());
            }
            failing = true;
            return false;
        }
    }

    private Lease lease(Lease current, Duration duration) {
        return new LeaseBuilder(current).editOrNewSpec().withHolderIdentity(node).withLeaseDurationSeconds((int) duration.toSeconds())
                .withRenewTime(ZonedDateTime.ofInstant(clock.instant().truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC)).endSpec().build();
    }
}
