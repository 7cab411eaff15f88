package io.moka.kubelet.node;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Resources;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import io.moka.machinery.workqueue.Backoff;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The heartbeat: renews the node's lease every 10 s. One thread, `node-lease`.
public final class NodeLease implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NodeLease.class);
    private static final String NAMESPACE = "kube-node-lease";
    private static final int DURATION_SECONDS = 40;
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final Duration SHORTEST_RETRY = Duration.ofMillis(200);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(7);

    private final Resources<Lease> leases;
    private final String node;
    private final InstantSource clock;
    private final Sleeper sleeper;
    private final Thread thread = NeededThread.unstarted("node-lease", this::run);

    // the thread alone
    private @Nullable Lease held;

    public NodeLease(ApiClient client, String node, InstantSource clock, Sleeper sleeper) {
        this.sleeper = sleeper;
        this.leases = client.resources(Lease.class);
        this.node = node;
        this.clock = clock;
    }

    public void start() {
        thread.start();
    }

    private void run() {
        var backoff = new Backoff(SHORTEST_RETRY, LONGEST_RETRY);
        try {
            while (true) {
                try {
                    renew();
                    backoff.reset();
                    sleeper.sleep(PERIOD);
                } catch (ApiException | UncheckedIOException e) {
                    log.debug("the lease was not renewed: {}", e.getMessage());
                    held = null;
                    sleeper.sleep(backoff.next());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void renew() {
        if (held == null) {
            held = leases.find(NAMESPACE, node);
        }
        var current = held == null ? new LeaseBuilder().withNewMetadata().withNamespace(NAMESPACE).withName(node).endMetadata().build() : held;
        var renewed = new LeaseBuilder(current).editOrNewSpec().withHolderIdentity(node).withLeaseDurationSeconds(DURATION_SECONDS)
                .withRenewTime(ZonedDateTime.ofInstant(clock.instant().truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC)).endSpec().build();
        held = held == null ? leases.create(renewed) : leases.update(renewed);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
