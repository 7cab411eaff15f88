package io.moka.controllers.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Records when each node's last heartbeat was seen, by this process's monotonic clock. Bounded by the number of nodes.
///
/// Silence counts only while this process runs: after a pause of the process (it was stopped, its machine slept, it got no CPU time) no node counts as silent,
/// since heartbeats could not be seen. To detect a pause, [#observe()] has to be called at least every [#OBSERVATION].
final class Heartbeats {

    static final String NAMESPACE = "kube-node-lease";
    /// The time between two observations.
    static final Duration OBSERVATION = Duration.ofSeconds(5);
    /// A longer gap between two observations is a pause of this process.
    private static final Duration PAUSE = Duration.ofSeconds(15);

    private record Seen(@Nullable Object content, long at) {
    }

    private final LongSupplier nanoTime;

    // guarded by this
    private final Map<String, Seen> leases = new HashMap<>();
    private final Map<String, Seen> statuses = new HashMap<>();
    private long observedAt;
    private long listeningSince;

    Heartbeats(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.observedAt = nanoTime.getAsLong();
        this.listeningSince = observedAt;
    }

    /// Says that this process is at work. The first call after a pause restarts the grace of all nodes.
    synchronized void observe() {
        long now = nanoTime.getAsLong();
        if (now - observedAt > PAUSE.toNanos()) {
            listeningSince = now;
        }
        observedAt = now;
    }

    void seeLease(Lease lease) {
        see(leases, lease.getMetadata().getName(), lease.getSpec().getRenewTime());
    }

    /// The kubelet's own words in the status count too; the conditions that we write ourselves do not change its heartbeat time.
    void seeStatus(Node node) {
        var ready = NodeConditions.ready(node);
        see(statuses, node.getMetadata().getName(), ready == null ? null : ready.getLastHeartbeatTime());
    }

    private synchronized void see(Map<String, Seen> map, String node, @Nullable Object content) {
        map.compute(node, (name, seen) -> seen != null && Objects.equals(seen.content, content) ? seen : new Seen(content, nanoTime.getAsLong()));
    }

    synchronized void forget(String node) {
        leases.remove(node);
        statuses.remove(node);
    }

    /// Returns the time since the node's last heartbeat. The silence of a node without any heartbeat counts from the first call for it.
    synchronized Duration silence(String node) {
        observe();
        long now = nanoTime.getAsLong();
        var lease = leases.get(node);
        var status = statuses.computeIfAbsent(node, name -> new Seen(null, now));
        long silent = Math.min(now - status.at, now - listeningSince);
        return Duration.ofNanos(lease == null ? silent : Math.min(silent, now - lease.at));
    }
}
