package io.moka.apiserver.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.storage.CacheEvent;
import io.moka.apiserver.core.storage.CachedObject;
import io.moka.apiserver.core.storage.Caches;
import io.moka.apiserver.core.storage.StoreUnavailableException;
import io.moka.apiserver.core.storage.WatchCache;
import io.moka.apiserver.core.storage.WatchListener;
import io.moka.machinery.net.Ipv4Range;
import io.moka.machinery.thread.NeededThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Tracks which cluster IPs and node ports are taken, by following the cache of services. A slot counts as taken from the moment it is reserved for a write, so
/// concurrent requests never get the same one; a slot that no service names any more is free again.
///
/// Between servers, the record of an address prevents that it is taken twice (see [ClusterAddresses]); allocations of node ports are serialised by an
/// [AllocationGuard].
public final class ServiceAllocations implements WatchListener {
    /// A value that only one service can have: a cluster IP, or a node port of a protocol.
    sealed interface Slot {
        record Address(int bits) implements Slot {}

        record NodePort(int port, String protocol) implements Slot {}
    }

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ClusterAddresses addresses;
    private final PortRange nodePorts;
    private final Caches caches;
    private final WatchCache services;
    private final AllocationGuard guard;
    // Guarded by this. taken: the key of the service that each slot belongs to, from the cache up to seenRevision; complete only while following.
    // reserved: further slots that have been reserved, until the revision of their write is seen. Slots are given away only while following.
    private final Map<Slot, String> taken = new HashMap<>();
    private final Map<Slot, Long> reserved = new HashMap<>();
    private long seenRevision;
    private boolean following;

    /// @param services the resource type of services
    public ServiceAllocations(Caches caches, ResourceType services, ClusterAddresses addresses, PortRange nodePorts, AllocationGuard guard) {
        this.caches = caches;
        this.services = caches.of(services);
        this.guard = guard;
        this.addresses = addresses;
        this.nodePorts = nodePorts;
    }

    /// Begins to follow the cache, which must have been filled. Requests for slots wait until then.
    public void start() {
        services.watchFromState(this, true);
    }

    AllocationGuard guard() {
        return guard;
    }

    ClusterAddresses addresses() {
        return addresses;
    }

    PortRange nodePorts() {
        return nodePorts;
    }

    @Override
    public synchronized void onEvent(CacheEvent event) {
        if (event.previous() != null) {
            slots(event.previous()).forEach(slot -> taken.remove(slot, event.object().key()));
        }
        if (event.type() != CacheEvent.Type.DELETED) {
            slots(event.object()).forEach(slot -> taken.put(slot, event.object().key()));
        }
        // the initial events come in the order of the keys, not of the revisions
        seenRevision = Math.max(seenRevision, event.revision());
        if (following) {
            forgetSeen();
        }
    }

    private void forgetSeen() {
        reserved.values().removeIf(committedAt -> committedAt <= seenRevision);
    }

    @Override
    public void onProgress(long revision) {}

    @Override
    public synchronized void onInitialEventsEnd(long revision) {
        seenRevision = Math.max(seenRevision, revision);
        forgetSeen();
        following = true;
        notifyAll();
    }

    /// Follows the cache anew after it was refilled, on another thread, outside of the cache's lock. No slot is given out until its new state is known.
    @Override
    public void onExpired() {
        synchronized (this) {
            following = false;
            taken.clear();
        }
        NeededThread.unstarted("service-allocations", this::start).start();
    }

    private static List<Slot> slots(CachedObject service) {
        return slots(Json.read(service.json()));
    }

    static List<Slot> slots(ObjectNode service) {
        List<Slot> slots = new ArrayList<>();
        Integer address = Ipv4Range.address(Json.text(service, "spec", "clusterIP"));
        if (address != null) {
            slots.add(new Slot.Address(address));
        }
        for (JsonNode port : service.path("spec").path("ports")) {
            if (port.path("nodePort").asInt() > 0) {
                slots.add(new Slot.NodePort(port.path("nodePort").asInt(), port.path("protocol").asText("TCP")));
            }
        }
        return slots;
    }

    private boolean free(Slot slot) {
        return !taken.containsKey(slot) && !reserved.containsKey(slot) && !(slot instanceof Slot.Address(int bits) && addresses.recorded(bits));
    }

    /// Waits until `taken` is complete.
    ///
    /// @throws StoreUnavailableException when that takes too long
    private void awaitFollowing() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            for (long left = PATIENCE.toNanos(); !following && left > 0; left = deadline - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        if (!following) {
            throw new StoreUnavailableException(StoreUnavailableException.Reason.UNAVAILABLE, "the allocated addresses and ports of services are being read again");
        }
    }

    /// Takes a slot; false when another service has it.
    synchronized boolean take(Slot slot) {
        awaitFollowing();
        return free(slot) && reserved.put(slot, Long.MAX_VALUE) == null;
    }

    /// Tries again to take a slot that seemed to be taken: first waits until the caches are as fresh as the store.
    boolean takeFresh(Slot slot) {
        caches.awaitFresh();
        return take(slot);
    }

    /// Waits until the caches have reached a revision, and with it the allocations of other servers.
    void learn(long revision) {
        caches.awaitRevision(revision, PATIENCE);
    }

    /// Returns the keys of the records of those slots that are addresses.
    Set<String> records(Collection<Slot> slots) {
        Set<String> keys = new HashSet<>();
        for (Slot slot : slots) {
            if (slot instanceof Slot.Address(int bits)) {
                keys.add(addresses.key(Ipv4Range.dotted(bits)));
            }
        }
        return keys;
    }

    synchronized void release(Slot slot) {
        reserved.remove(slot);
    }

    synchronized void committed(Slot slot, long revision) {
        if (revision <= seenRevision) {
            reserved.remove(slot);
        } else {
            reserved.put(slot, revision);
        }
    }

    /// Takes any free address, from the upper part of a range first, since users who choose an address choose a low one.
    /// The search begins at a random place, so that an address is not reused soon.
    synchronized Slot.Address takeAddress() {
        awaitFollowing();
        for (ServiceAddresses range : addresses.ranges()) {
            Slot.Address slot = takeAddress(range, range.lowerBand(), range.count());
            if (slot == null) {
                slot = takeAddress(range, 0, range.lowerBand());
            }
            if (slot != null) {
                return slot;
            }
        }
        throw new IllegalStateException("range is full");
    }

    private Slot.@Nullable Address takeAddress(ServiceAddresses range, long from, long to) {
        long size = to - from;
        long start = size > 0 ? ThreadLocalRandom.current().nextLong(size) : 0;
        for (long i = 0; i < size; i++) {
            Slot.Address slot = new Slot.Address(range.at(1 + from + (start + i) % size));
            if (take(slot)) {
                return slot;
            }
        }
        return null;
    }

    synchronized Slot.NodePort takeNodePort(String protocol) {
        awaitFollowing();
        Slot.NodePort slot = takeNodePort(protocol, nodePorts.lowerBand(), nodePorts.size());
        if (slot == null) {
            slot = takeNodePort(protocol, 0, nodePorts.lowerBand());
        }
        if (slot == null) {
            throw new IllegalStateException("range is full");
        }
        return slot;
    }

    private Slot.@Nullable NodePort takeNodePort(String protocol, int from, int to) {
        int size = to - from;
        int start = size > 0 ? ThreadLocalRandom.current().nextInt(size) : 0;
        for (int i = 0; i < size; i++) {
            Slot.NodePort slot = new Slot.NodePort(nodePorts.first() + from + (start + i) % size, protocol);
            if (take(slot)) {
                return slot;
            }
        }
        return null;
    }
}
