package io.moka.apiserver.strategy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.storage.CacheEvent;
import io.moka.apiserver.storage.CachedObject;
import io.moka.apiserver.storage.WatchCache;
import io.moka.apiserver.storage.WatchListener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/// Which cluster IPs and node ports are taken, followed from the cache of services. What is about to be written counts as taken
/// from the moment it is reserved, so two requests at once never get the same; what no service names any more is free again.
///
/// Upstream keeps a record of its own for each address and repairs it in a loop. Here what the services themselves say is the only
/// record; several servers take turns by an [AllocationGuard].
public final class ServiceAllocations implements WatchListener {
    /// Something that only one service can have: a cluster IP, or a node port of a protocol.
    sealed interface Slot {
        record Address(int bits) implements Slot {}

        record NodePort(int port, String protocol) implements Slot {}
    }

    private final AddressRange addresses;
    private final PortRange nodePorts;
    private final WatchCache services;
    private final AllocationGuard guard;
    // guarded by this: whose key each slot belongs to, by what the cache says, and what has been reserved beyond that until a revision
    private final Map<Slot, String> taken = new HashMap<>();
    private final Map<Slot, Long> reserved = new HashMap<>();
    private long seenRevision;

    public ServiceAllocations(WatchCache services, AddressRange addresses, PortRange nodePorts, AllocationGuard guard) {
        this.services = services;
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

    AddressRange addresses() {
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
        return !taken.containsKey(slot) && !reserved.containsKey(slot);
    }

    /// Takes a slot; false when it is another's.
    synchronized boolean take(Slot slot) {
        return free(slot) && reserved.put(slot, Long.MAX_VALUE) == null;
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

    /// Takes any free address: from a random place on, so that an address is not soon used again.
    synchronized Slot.Address takeAddress() {
        long size = addresses.size() - 1;
        long start = ThreadLocalRandom.current().nextLong(size);
        for (long i = 0; i < size; i++) {
            Integer bits = AddressRange.address(addresses.at(1 + (start + i) % size));
            Slot.Address slot = new Slot.Address(bits == null ? 0 : bits);
            if (take(slot)) {
                return slot;
            }
        }
        throw new IllegalStateException("range is full");
    }

    synchronized Slot.NodePort takeNodePort(String protocol) {
        int start = ThreadLocalRandom.current().nextInt(nodePorts.size());
        for (int i = 0; i < nodePorts.size(); i++) {
            Slot.NodePort slot = new Slot.NodePort(nodePorts.first() + (start + i) % nodePorts.size(), protocol);
            if (take(slot)) {
                return slot;
            }
        }
        throw new IllegalStateException("range is full");
    }
}
