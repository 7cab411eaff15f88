package io.moka.machinery.leaderelection;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Resources;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits until this process holds the lease, then keeps renewing it.
///
/// Follows upstream's `leaderelection`: a lease lasts 15 s and is given up when no renewal has succeeded for 10 s. It is renewed every
/// 5 s, and every 2 s once a renewal has failed; upstream renews every 2 s, which is most of what an idle cluster would do.
public final class LeaderElector {

    private static final Logger log = LoggerFactory.getLogger(LeaderElector.class);
    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
    private static final Duration RENEW = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final Resources<Lease> leases;
    private final String namespace;
    private final String name;
    private final String identity;
    private final InstantSource clock;

    // the elector's thread alone: the lease as last seen, and when we saw it change
    private @Nullable Lease observed;
    private Instant observedAt = Instant.EPOCH;

    public LeaderElector(ApiClient client, String namespace, String name, String identity, InstantSource clock) {
        this.leases = client.resources(Lease.class);
        this.namespace = namespace;
        this.name = name;
        this.identity = identity;
        this.clock = clock;
    }

    /// Blocks until this process leads.
    public void acquire() throws InterruptedException {
        while (!attempt()) {
            Thread.sleep(RETRY.dividedBy(4));
        }
        log.info("{} leads as {}", identity, name);
    }

    /// Renews until it fails for the renew deadline; then this process must stop what it does as the leader.
    public void holdUntilLost() throws InterruptedException {
        var renewed = clock.instant();
        boolean succeeded = true;
        while (Duration.between(renewed, clock.instant()).compareTo(RENEW_DEADLINE) < 0) {
            Thread.sleep(succeeded ? RENEW : RETRY);
            succeeded = attempt();
            if (succeeded) {
                renewed = clock.instant();
            } else if (observed != null && !identity.equals(observed.getSpec().getHolderIdentity())) {
                break;
            }
        }
        log.error("{} no longer leads as {}", identity, name);
    }

    private boolean attempt() {
        try {
            return renewedAsLastSeen() || acquireOrRenew();
        } catch (ApiException e) {
            log.debug("lease {}: {}", name, e.getMessage());
            return false;
        } catch (UncheckedIOException e) {
            log.debug("lease {}: {}", name, e.getMessage());
            return false;
        }
    }

    /// Whoever leads has written the lease last, so need not read it first.
    private boolean renewedAsLastSeen() {
        var last = observed;
        if (last == null || !identity.equals(last.getSpec().getHolderIdentity())) {
            return false;
        }
        try {
            observe(leases.update(held(last, transitions(last))));
            return true;
        } catch (ApiException changed) {
            if (changed.isConflict() || changed.isNotFound()) {
                return false;
            }
            throw changed;
        }
    }

    private static int transitions(Lease lease) {
        var transitions = lease.getSpec().getLeaseTransitions();
        return transitions == null ? 0 : transitions;
    }

    private boolean acquireOrRenew() {
        var current = leases.find(namespace, name);
        if (current == null) {
            observe(leases.create(held(new Lease(), 0)));
            return true;
        }
        if (observed == null || !sameVersion(observed, current)) {
            observe(current);
        }
        boolean ours = identity.equals(current.getSpec().getHolderIdentity());
        if (!ours && !hasRunOut(current)) {
            return false;
        }
        observe(leases.update(held(current, ours ? transitions(current) : transitions(current) + 1)));
        return true;
    }

    private boolean hasRunOut(Lease lease) {
        var holder = lease.getSpec().getHolderIdentity();
        return holder == null || holder.isEmpty() || !observedAt.plus(LEASE).isAfter(clock.instant());
    }

    private void observe(Lease lease) {
        observed = lease;
        observedAt = clock.instant();
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
                .withHolderIdentity(identity).withLeaseDurationSeconds((int) LEASE.toSeconds()).withLeaseTransitions(transitions)
                .withAcquireTime(renewal ? current.getSpec().getAcquireTime() : now).withRenewTime(now)
                .endSpec().build();
    }
}
