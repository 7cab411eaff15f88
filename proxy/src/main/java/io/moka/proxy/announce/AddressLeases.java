package io.moka.proxy.announce;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Resources;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.informer.SharedInformer;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads and writes the leases in `kube-system` that say which node holds which address and which nodes are alive. Changed by the announcer's thread alone.
final class AddressLeases implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AddressLeases.class);
    static final String NAMESPACE = "kube-system";
    static final String LABEL = "moka.io/load-balancer";
    static final String NODE = "node";
    private static final String ADDRESS = "address";
    private static final String PREFIX = "moka-lb-";
    private static final Duration CALL = Duration.ofSeconds(1);

    private final Resources<Lease> leases;
    private final String node;
    private final LongSupplier nanoTime;
    private final InstantSource clock;
    private final SharedInformer<Lease> informer;
    // when each lease was last seen to change; for a missing lease of a holder, when its absence was noticed
    private final Map<String, Long> seen = new ConcurrentHashMap<>();
    private final Map<InetAddress, Lease> own = new HashMap<>();

    /// @param changed called whenever a lease of another node changes
    AddressLeases(ApiClient client, String node, InstantSource clock, LongSupplier nanoTime, Runnable changed) {
        this.leases = client.resources(Lease.class).within(CALL);
        this.node = node;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.informer = SharedInformer.of(client, Lease.class).namespace(NAMESPACE).labels(LABEL).build();
        informer.addHandler(EventHandler.onEvent((before, after) -> {
            var lease = after == null ? before : after;
            boolean same = before != null && after != null && version(before).equals(version(after));
            if (lease != null && !same && !node.equals(holder(lease))) {
                seen.put(lease.getMetadata().getName(), nanoTime.getAsLong());
                changed.run();
            }
        }));
    }

    private static String version(Lease lease) {
        return lease.getMetadata().getResourceVersion();
    }

    void start() {
        informer.start();
    }

    boolean hasSynced() {
        return informer.hasSynced();
    }

    private static String holder(Lease lease) {
        return Objects.requireNonNullElse(lease.getSpec().getHolderIdentity(), "");
    }

    private static String name(InetAddress address) {
        return PREFIX + (address instanceof Inet4Address ? address.getHostAddress() : HexFormat.of().formatHex(address.getAddress()));
    }

    /// Whether other nodes announce addresses.
    boolean isShared() {
        return informer.lister().list().stream().anyMatch(lease -> NODE.equals(lease.getMetadata().getLabels().get(LABEL)) && !node.equals(holder(lease)) && lives(holder(lease)));
    }

    /// Whether the node's word still holds, as far as this node can tell.
    private boolean lives(String other) {
        var name = NodeLease.PREFIX + other;
        var lease = informer.lister().get(NAMESPACE, name);
        long since = seen.computeIfAbsent(name, unseen -> nanoTime.getAsLong());
        // a deleted lease may have had the longest duration
        var duration = lease == null ? NodeLease.ALONE : Duration.ofSeconds(lease.getSpec().getLeaseDurationSeconds());
        return nanoTime.getAsLong() - since < duration.toNanos();
    }

    /// Asks the server whether the node has renewed its lease since this node saw it last: a watch may be late.
    private boolean livesByServer(String other) {
        var name = NodeLease.PREFIX + other;
        var cached = informer.lister().get(NAMESPACE, name);
        var live = leases.find(NAMESPACE, name);
        boolean renewed = live != null && (cached == null || !version(live).equals(version(cached)));
        if (renewed) {
            seen.put(name, nanoTime.getAsLong());
        }
        return renewed;
    }

    /// Takes the address for this node, unless a live node has it. Always writes, so that an outdated cache has no effect.
    boolean take(InetAddress address) {
        var cached = informer.lister().get(NAMESPACE, name(address));
        boolean foreign = cached != null && !holder(cached).isEmpty() && !holder(cached).equals(node);
        if (foreign && lives(holder(cached))) {
            return false;
        }
        try {
            if (foreign && livesByServer(holder(cached))) {
                return false;
            }
            var lease = cached != null ? cached : new LeaseBuilder().withNewMetadata().withNamespace(NAMESPACE).withName(name(address)).withLabels(Map.of(LABEL, ADDRESS)).endMetadata().build();
            var before = lease.getSpec() == null ? "" : holder(lease);
            var now = ZonedDateTime.ofInstant(clock.instant().truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC);
            int transitions = lease.getSpec() == null || lease.getSpec().getLeaseTransitions() == null ? 0 : lease.getSpec().getLeaseTransitions();
            var taken = new LeaseBuilder(lease).editOrNewSpec().withHolderIdentity(node).withAcquireTime(now).withRenewTime(now)
                    .withLeaseTransitions(before.equals(node) ? transitions : transitions + 1).endSpec().build();
            own.put(address, cached == null ? leases.create(taken) : leases.update(taken));
            if (!before.isEmpty() && !before.equals(node)) {
                log.info("{} is taken over from node {}, which has not been heard of", address.getHostAddress(), before);
            }
            return true;
        } catch (ApiException | UncheckedIOException e) {
            log.debug("the lease of {} cannot be had: {}", address.getHostAddress(), e.getMessage());
            return false;
        }
    }

    /// Gives the address up, so that another node takes it at once.
    void release(InetAddress address) {
        var lease = own.remove(address);
        if (lease == null) {
            return;
        }
        try {
            leases.update(new LeaseBuilder(lease).editSpec().withHolderIdentity("").endSpec().build());
        } catch (ApiException | UncheckedIOException e) {
            log.info("the lease of {} could not be given up: {}", address.getHostAddress(), e.getMessage());
        }
    }

    /// The addresses that were taken and not given up since; another node may have taken one over.
    Set<InetAddress> taken() {
        return Set.copyOf(own.keySet());
    }

    @Override
    public void close() {
        informer.close();
    }
}
