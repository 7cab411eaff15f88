package io.moka.kubelet.hollow;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.client.Resources;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Registers the nodes, renews their leases and keeps their statuses.
///
/// Threads `hollow-heartbeat-<n>`, each with its own share of the nodes, which it visits once in a period; the visits are spread over it.
/// Upstream's kubelet renews every 10 s; here it is 15 s, and 30 s for more than [#MANY] nodes, whose renewals would otherwise be most of what the cluster
/// does. A node counts as silent after 40 s (upstream: 50 s), so there is time for a second attempt.
final class HollowHeartbeats implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HollowHeartbeats.class);
    private static final String NAMESPACE = "kube-node-lease";
    private static final int LEAST_THREADS = 8;
    /// With more nodes to visit, a slow server would delay the last renewals of a round.
    private static final int NODES_OF_A_THREAD = 128;
    private static final int MANY = 1_024;
    private static final int LEASE_SECONDS = 40;
    private static final Duration PERIOD = Duration.ofSeconds(15);
    private static final Duration PERIOD_OF_MANY = Duration.ofSeconds(30);
    private static final Duration STATUS_PERIOD = Duration.ofMinutes(5);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofMillis(200);

    private final Resources<Node> nodes;
    private final Resources<Lease> leases;
    private final InstantSource clock;
    private final Sleeper sleeper;
    private final Duration period;
    private final List<Thread> threads = new ArrayList<>();
    private HollowPods.@Nullable Sync awaitNodes;

    /// State of one node between two visits of its heartbeat thread.
    private static final class Beat {
        private final HollowNode node;
        /// Where in a round of its thread the node has its turn, between 0 and 1.
        private final double turn;
        private Instant due = Instant.MIN;
        private Instant toldAt = Instant.MIN;

        private Beat(HollowNode node, double turn) {
            this.node = node;
            this.turn = turn;
        }
    }

    HollowHeartbeats(ApiClient client, HollowNodes all, InstantSource clock, Sleeper sleeper) {
        this.nodes = client.resources(Node.class).within(CALL_LIMIT);
        this.leases = client.resources(Lease.class).within(CALL_LIMIT);
        this.clock = clock;
        this.sleeper = sleeper;
        var list = all.all();
        this.period = list.size() > MANY ? PERIOD_OF_MANY : PERIOD;
        int wanted = Math.max(LEAST_THREADS, Math.ceilDiv(list.size(), NODES_OF_A_THREAD));
        for (int i = 0; i < Math.min(wanted, list.size()); i++) {
            int first = i;
            var share = new ArrayList<HollowNode>();
            for (int n = first; n < list.size(); n += wanted) {
                share.add(list.get(n));
            }
            threads.add(NeededThread.unstarted("hollow-heartbeat-" + first, () -> run(share)));
        }
    }

    /// @param sync ends when the nodes that exist already are known
    void start(HollowPods.Sync sync) {
        awaitNodes = sync;
        threads.forEach(Thread::start);
    }

    /// Registers one node after the other, and renews each when its time has come. A renewal that is due comes before the next registration, so that nodes do not
    /// count as silent while a slow server takes long to register the others.
    private void run(List<HollowNode> share) {
        var unregistered = new ArrayDeque<Beat>();
        for (int i = 0; i < share.size(); i++) {
            unregistered.add(new Beat(share.get(i), (i + 1.0) / share.size()));
        }
        var visits = new PriorityQueue<Beat>(Comparator.comparing((Beat beat) -> beat.due));
        try {
            Objects.requireNonNull(awaitNodes).await();
            while (true) {
                var now = clock.instant();
                if (!visits.isEmpty() && isDue(visits.element(), now)) {
                    visit(visits, visits.remove());
                } else if (!unregistered.isEmpty()) {
                    visit(visits, unregistered.remove());
                } else {
                    sleeper.sleep(Duration.between(now, visits.element().due));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A time that is more than a period ahead was set before the clock was set back.
    private boolean isDue(Beat beat, Instant now) {
        return !beat.due.isAfter(now) || beat.due.isAfter(now.plus(period));
    }

    private void visit(PriorityQueue<Beat> visits, Beat beat) throws InterruptedException {
        boolean succeeded = beat(beat);
        var now = clock.instant();
        if (!succeeded) {
            // another node has its turn before the next attempt
            beat.due = now.plus(RETRY.multipliedBy(2));
            sleeper.sleep(RETRY);
        } else {
            // the first visits follow each other closely, and so do visits after a pause; the turns spread the next ones over the period
            var next = beat.due.equals(Instant.MIN) ? now : beat.due.plus(period);
            beat.due = next.isAfter(now) && !next.isAfter(now.plus(period)) ? next : now.plusNanos((long) (period.toNanos() * beat.turn));
        }
        visits.add(beat);
    }

    /// @return whether the node is registered and its lease renewed
    private boolean beat(Beat beat) {
        var node = beat.node;
        if (node.isSilent()) {
            return true;
        }
        try {
            if (node.known() == null) {
                register(node, beat);
            }
            tell(node, beat);
            renew(node.name());
            return true;
        } catch (ApiException | UncheckedIOException e) {
            log.debug("the heartbeat of {} failed: {}", node.name(), e.getMessage());
            return false;
        }
    }

    private void register(HollowNode node, Beat beat) {
        try {
            node.see(nodes.create(node.object(clock.instant())));
            beat.toldAt = node.isShownReady() ? clock.instant() : Instant.MIN;
        } catch (ApiException e) {
            if (!e.isAlreadyExists()) {
                throw e;
            }
            node.see(nodes.find("", node.name()));
            beat.toldAt = Instant.MIN;
        }
    }

    private void tell(HollowNode node, Beat beat) {
        var now = clock.instant();
        boolean due = beat.toldAt.equals(Instant.MIN) || Duration.between(beat.toldAt, now).abs().compareTo(STATUS_PERIOD) >= 0;
        if (due || !node.isShownReady()) {
            Object status = beat.toldAt.equals(Instant.MIN) ? node.status(now) : Map.of("conditions", node.conditions(now));
            node.see(nodes.patchStatus("", node.name(), PatchType.STRATEGIC, Map.of("status", status)));
            beat.toldAt = now;
        }
    }

    /// Renews the lease without reading it first: a lease has one holder, so a patch of its time is enough.
    private void renew(String node) {
        var time = ZonedDateTime.ofInstant(clock.instant().truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC);
        var lease = new LeaseBuilder().withNewMetadata().withNamespace(NAMESPACE).withName(node).endMetadata()
                .withNewSpec().withHolderIdentity(node).withLeaseDurationSeconds(LEASE_SECONDS).withRenewTime(time).endSpec().build();
        try {
            leases.patch(NAMESPACE, node, PatchType.MERGE, Map.of("spec", lease.getSpec()));
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
            leases.create(lease);
        }
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
