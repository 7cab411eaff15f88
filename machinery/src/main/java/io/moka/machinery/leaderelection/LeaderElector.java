package io.moka.machinery.leaderelection;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Resources;
import io.moka.machinery.time.Sleeper;
import java.io.UncheckedIOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits until this process holds the lease, then keeps renewing it.
///
/// Follows upstream's `leaderelection` with shorter times ([Times#STANDARD]), so that another process leads within 15 s after a leader was killed.
///
/// A leader stops before its lease ends for others. It counts from before it sent its last successful renewal, by the monotonic and by
/// the wall clock, whichever is further, so that neither a stop nor a suspend nor a clock that was set back lengthens its time; each attempt
/// ends by then. The others count from when they saw the last renewal, by the monotonic clock alone, which cannot be set forward, and for as long as
/// the lease itself says. They look four times in each retry period, and at the moment when the lease ends.
public final class LeaderElector {

    private static final Logger log = LoggerFactory.getLogger(LeaderElector.class);

    /// The times of an election.
    ///
    /// @param lease how long the others wait after the last renewal, in whole seconds
    /// @param renewDeadline how long after its last renewal the leader stops
    /// @param retry the pause after a renewal that failed; a leader renews each second period, since the renewals are most of what an idle cluster does
    public record Times(Duration lease, Duration renewDeadline, Duration retry) {

        /// Upstream's are 15 s, 10 s and 2 s.
        public static final Times STANDARD = new Times(Duration.ofSeconds(12), Duration.ofSeconds(9), Duration.ofSeconds(2));

        /// The pause between two renewals.
        Duration renew() {
            return retry.multipliedBy(2);
        }

        /// @throws IllegalArgumentException when the leader would not stop before its lease ends, or would have no time for a second attempt
        public Times {
            if (Duration.ofSeconds(lease.toSeconds()).compareTo(renewDeadline) <= 0) {
                throw new IllegalArgumentException("the lease duration must be longer than the renew deadline");
            }
            if (!retry.isPositive() || renewDeadline.compareTo(retry.multipliedBy(6).dividedBy(5)) <= 0) {
                throw new IllegalArgumentException("the renew deadline must be longer than 1.2 retry periods, and the retry period longer than 0");
            }
        }
    }

    private static final Duration RELEASE = Duration.ofSeconds(2);

    private record Moment(Instant wall, long nanos) {
    }

    private final Resources<Lease> leases;
    private final String namespace;
    private final String name;
    private final HolderIdentity own;
    private final String identity;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Sleeper sleeper;
    private final Times times;

    private enum Role { CANDIDATE, LEADER, LOST }

    // written by the elector's thread alone: what this process is, and when the last successful attempt began
    private volatile Role role = Role.CANDIDATE;
    private volatile Moment renewedAt;

    // used by the elector's thread alone: the lease as last seen, and when it was seen to change
    private @Nullable Lease observed;
    private long observedAt;

    public LeaderElector(ApiClient client, String namespace, String name, HolderIdentity identity, InstantSource clock, Times times) {
        this(client, namespace, name, identity, clock, System::nanoTime, Sleeper.SYSTEM, times);
    }

    LeaderElector(ApiClient client, String namespace, String name, HolderIdentity identity, InstantSource clock, LongSupplier nanoTime, Sleeper sleeper,
            Times times) {
        this.leases = client.resources(Lease.class);
        this.namespace = namespace;
        this.name = name;
        this.own = identity;
        this.identity = identity.toString();
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.sleeper = sleeper;
        this.times = times;
        this.renewedAt = now();
    }

    private Moment now() {
        return new Moment(clock.instant(), nanoTime.getAsLong());
    }

    /// Looks at the lease without taking it. A process that calls this before it makes itself ready to lead waits no longer than necessary if the leader has been
    /// killed meanwhile. A failure is ignored, as [#acquire] looks again.
    public void observeOnce() {
        try {
            var current = leases.within(times.renewDeadline().dividedBy(2)).find(namespace, name);
            if (current != null) {
                observe(current);
                log.info("{} is a candidate for {}, which {} leads", identity, name, current.getSpec().getHolderIdentity());
            }
        } catch (ApiException | UncheckedIOException e) {
            log.debug("lease {}: {}", name, e.getMessage());
        }
    }

    /// Blocks until this process leads.
    public void acquire() throws InterruptedException {
        while (!attempt(times.renewDeadline())) {
            var pause = times.retry().dividedBy(4);
            sleeper.sleep(observed == null ? pause : shorter(pause, untilFree(observed)));
        }
        role = Role.LEADER;
        log.info("{} leads as {}", identity, name);
    }

    /// Whether this process waits for the lease, or leads by a lease that others see as valid. False while a process whose lease has ended, or was lost, has not
    /// ended itself yet.
    public boolean isHealthy() {
        return switch (role) {
            case CANDIDATE -> true;
            case LEADER -> sinceRenewal().compareTo(times.lease()) <= 0;
            case LOST -> false;
        };
    }

    /// Renews until it fails for the renew deadline; then this process must stop its work as the leader at once.
    public void holdUntilLost() throws InterruptedException {
        boolean succeeded = true;
        while (left().isPositive()) {
            sleeper.sleep(shorter(succeeded ? times.renew() : times.retry(), left().dividedBy(2).plusMillis(1)));
            if (!left().isPositive()) {
                break;
            }
            succeeded = attempt(left());
            if (!succeeded && observed != null && !isOurs(observed)) {
                break;
            }
        }
        role = Role.LOST;
        log.error("{} no longer leads as {}", identity, name);
    }

    /// Gives the lease up at the orderly end, so that another process takes it at once. To be called when the elector's own thread, and the work that it
    /// led, have ended.
    public void release() {
        var last = observed;
        if (last == null || !isOurs(last)) {
            return;
        }
        try {
            leases.within(RELEASE).update(new LeaseBuilder(held(last, transitions(last))).editSpec().withHolderIdentity("").withLeaseDurationSeconds(1).endSpec().build());
            log.info("{} has given up the lease {}", identity, name);
        } catch (ApiException | UncheckedIOException e) {
            log.info("the lease {} could not be given up: {}", name, e.getMessage());
        }
    }

    /// Returns how long this process may go on without another renewal.
    private Duration left() {
        return times.renewDeadline().minus(sinceRenewal());
    }

    /// By the monotonic or by the wall clock, whichever is further.
    private Duration sinceRenewal() {
        var last = renewedAt;
        var now = now();
        var passed = Duration.ofNanos(now.nanos - last.nanos);
        var byWall = Duration.between(last.wall, now.wall);
        return passed.compareTo(byWall) > 0 ? passed : byWall;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /// @param limit the time after which no call may still be waited for; one attempt gets half of the renew deadline at most, so that there is time
    ///     for a second one, over another connection
    private boolean attempt(Duration limit) {
        var began = now();
        long until = System.nanoTime() + shorter(limit, times.renewDeadline().dividedBy(2)).toNanos();
        try {
            boolean leads = writtenAsLastSeen(until) || acquireOrRenew(until);
            if (leads) {
                renewedAt = began;
            }
            return leads;
        } catch (ApiException | UncheckedIOException e) {
            log.debug("lease {}: {}", name, e.getMessage());
            return false;
        }
    }

    /// Returns the client for the lease, whose calls end when the attempt has to.
    private Resources<Lease> leases(long until) {
        long left = until - System.nanoTime();
        if (left <= 0) {
            throw new UncheckedIOException(new HttpTimeoutException("the attempt's time is over"));
        }
        return leases.within(Duration.ofNanos(left));
    }

    /// Writes the lease without reading it first: the leader was the last to write it, and when a lease ends each call counts. False when the lease is
    /// another's that has not ended, or has changed since it was read.
    private boolean writtenAsLastSeen(long until) {
        var last = observed;
        if (last == null || !isOurs(last) && !isFree(last)) {
            return false;
        }
        try {
            observe(leases(until).update(held(last, isOurs(last) ? transitions(last) : transitions(last) + 1)));
            return true;
        } catch (ApiException changed) {
            if (changed.isConflict() || changed.isNotFound()) {
                return false;
            }
            throw changed;
        }
    }

    private boolean isOurs(Lease lease) {
        return identity.equals(lease.getSpec().getHolderIdentity());
    }

    private static int transitions(Lease lease) {
        var transitions = lease.getSpec().getLeaseTransitions();
        return transitions == null ? 0 : transitions;
    }

    private boolean acquireOrRenew(long until) {
        var current = leases(until).find(namespace, name);
        if (current == null) {
            observe(leases(until).create(held(new Lease(), 0)));
            return true;
        }
        if (observed == null || !sameVersion(observed, current)) {
            observe(current);
        }
        if (!isOurs(current) && !isFree(current)) {
            return false;
        }
        observe(leases(until).update(held(current, isOurs(current) ? transitions(current) : transitions(current) + 1)));
        return true;
    }

    private boolean isFree(Lease lease) {
        var holder = lease.getSpec().getHolderIdentity();
        return holder == null || holder.isEmpty() || !untilFree(lease).isPositive() || own.isGone(holder);
    }

    /// Returns the time until a lease that nobody renews ends. Its holder may have been started with other times, so the lease itself says how long it is.
    private Duration untilFree(Lease lease) {
        var seconds = lease.getSpec().getLeaseDurationSeconds();
        var duration = seconds == null ? times.lease() : Duration.ofSeconds(seconds);
        return duration.minusNanos(nanoTime.getAsLong() - observedAt);
    }

    private void observe(Lease lease) {
        observed = lease;
        observedAt = nanoTime.getAsLong();
    }

    private static boolean sameVersion(Lease a, Lease b) {
        return a.getMetadata().getResourceVersion().equals(b.getMetadata().getResourceVersion());
    }

    private Lease held(Lease current, int transitions) {
        var now = ZonedDateTime.ofInstant(clock.instant().truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC);
        boolean renewal = current.getSpec() != null && identity.equals(current.getSpec().getHolderIdentity());
        var metadata = current.getMetadata() == null
                ? new ObjectMetaBuilder().withNamespace(namespace).withName(name).build() : current.getMetadata();
        return new LeaseBuilder(current).withMetadata(metadata).editOrNewSpec()
                .withHolderIdentity(identity).withLeaseDurationSeconds((int) times.lease().toSeconds()).withLeaseTransitions(transitions)
                .withAcquireTime(renewal ? current.getSpec().getAcquireTime() : now).withRenewTime(now)
                .endSpec().build();
    }
}
