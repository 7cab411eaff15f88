package io.moka.controllers.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// When each node was last heard of, by our own clock. Bounded by the number of nodes.
final class Heartbeats {

    static final String NAMESPACE = "kube-node-lease";

    private record Seen(@Nullable Object content, Instant at) {
    }

    private final InstantSource clock;
    private final Map<String, Seen> leases = new ConcurrentHashMap<>();
    private final Map<String, Seen> statuses = new ConcurrentHashMap<>();

    Heartbeats(InstantSource clock) {
        this.clock = clock;
    }

    void seeLease(Lease lease) {
        see(leases, lease.getMetadata().getName(), lease.getSpec().getRenewTime());
    }

    /// The kubelet's own words in the status count too; the conditions that we write ourselves do not change its heartbeat time.
    void seeStatus(Node node) {
        var ready = NodeConditions.ready(node);
        see(statuses, node.getMetadata().getName(), ready == null ? null : ready.getLastHeartbeatTime());
    }

    private void see(Map<String, Seen> map, String node, @Nullable Object content) {
        map.compute(node, (name, seen) -> seen != null && Objects.equals(seen.content, content) ? seen : new Seen(content, clock.instant()));
    }

    void forget(String node) {
        leases.remove(node);
        statuses.remove(node);
    }

    /// A node that was never heard of counts from the moment when it is first asked for.
    Instant last(String node) {
        var lease = leases.get(node);
        var status = statuses.computeIfAbsent(node, name -> new Seen(null, clock.instant()));
        return lease == null || lease.at.isBefore(status.at) ? status.at : lease.at;
    }
}
