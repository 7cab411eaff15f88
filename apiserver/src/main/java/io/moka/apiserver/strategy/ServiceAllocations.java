package io.moka.apiserver.strategy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.storage.CacheEvent;
import io.moka.apiserver.storage.CachedObject;
import io.moka.apiserver.storage.Caches;
import io.moka.apiserver.storage.WatchCache;
import io.moka.apiserver.storage.WatchListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Which cluster IPs and node ports are taken, followed from the cache of services. What is about to be written counts as taken
/// from the moment it is reserved, so two requests at once never get the same; what no service names any more is free again.
///
/// Among servers an address is kept from being taken twice by its record (see [ClusterAddresses]); for node ports they take turns by an
/// [AllocationGuard].
public final class ServiceAllocations implements WatchListener {
    /// Something that only one service can have: a cluster IP, or a node port of a protocol.
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
    // guarded by this: whose key each slot belongs to, by what the cache says, and what has been reserved beyond that until a revision
    private final Map<Slot, String> taken = new HashMap<>();
    private final Map<Slot, Long> reserved = new HashMap<>();
    private long seenRevision;

    /// @param services the type
    public ServiceAllocations(Caches caches, ResourceType services, ClusterAddresses addresses, PortRange nodePorts, AllocationGuard guard) {
        this.caches = caches;
        this.services = caches.of(services);
        this.guard = guard;
        this.addresses = addresses;
        this.nodePorts = nodePorts;
    }

    /// Begins to follow the cache, which must have been filled.
    public void start() {
        services.watchFromState(this, false);
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
        seenRevision = event.revision();
        reserved.values().removeIf(committedAt -> committedAt <= seenRevision);
    }

    @Override
    public void onProgress(long revision) {}

    @Override
    public void onInitialEventsEnd(long revision) {}

    /// The cache has been filled anew: follow it from its new state, outside its lock.
    @Override
    public void onExpired() {
        synchronized (this) {
            taken.clear();
        }
        Thread.ofVirtual().name("service-allocations").start(this::start);
    }

    private static List<Slot> slots(CachedObject service) {
        return slots(Json.read(service.json()));
    }

    static List<Slot> slots(ObjectNode service) {
        List<Slot> slots = new ArrayList<>();
        Integer address = AddressRange.address(Json.text(service, "spec", "clusterIP"));
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

    /// Takes a slot; false when it is another's.
    synchronized boolean take(Slot slot) {
        return free(slot) && reserved.put(slot, Long.MAX_VALUE) == null;
    }

    /// The same for one that this server believes to be another's: it first learns all that was acknowledged before.
    boolean takeFresh(Slot slot) {
        caches.awaitFresh();
        return take(slot);
    }

    /// Learns what others had taken at a revision.
    void learn(long revision) {
        caches.awaitRevision(revision, PATIENCE);
    }

    /// The keys of the records of the addresses among some slots.
    Set<String> records(Collection<Slot> slots) {
        Set<String> keys = new HashSet<>();
        for (Slot slot : slots) {
            if (slot instanceof Slot.Address(int bits)) {
                keys.add(addresses.key(AddressRange.dotted(bits)));
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

    /// Takes any free address, out of the upper part of a range first: those who ask for an address by name ask for a low one.
    /// The search begins at a random place, so that an address is not soon used again.
    synchronized Slot.Address takeAddress() {
        for (AddressRange range : addresses.ranges()) {
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

    private Slot.@Nullable Address takeAddress(AddressRange range, long from, long to) {
        long size = to - from;
        long start = size > 0 ? ThreadLocalRandom.current().nextLong(size) : 0;
        for (long i = 0; i < size; i++) {
            Slot.Address slot = new Slot.Address(range.bitsAt(1 + from + (start + i) % size));
            if (take(slot)) {
                return slot;
            }
        }
        return null;
    }

    synchronized Slot.NodePort takeNodePort(String protocol) {
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
