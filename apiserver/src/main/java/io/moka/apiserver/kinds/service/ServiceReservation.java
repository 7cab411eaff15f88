package io.moka.apiserver.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.StatusCause;
import io.moka.apiserver.core.storage.CasResult;
import io.moka.apiserver.core.storage.Store;
import io.moka.apiserver.core.strategy.Reservation;
import io.moka.apiserver.kinds.service.ServiceAllocations.Slot;
import io.moka.machinery.net.Ipv4Range;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The addresses and ports that are reserved for one service which is about to be written.
final class ServiceReservation implements Reservation {
    private static final String NONE = "None";

    private final ServiceAllocations allocations;
    private final ObjectNode service;
    private final ObjectNode spec;
    private final Set<Slot> alreadyOwn;
    private final List<Slot> reserved = new ArrayList<>();
    private final ObjectNode before;
    private boolean locked;

    ServiceReservation(ServiceAllocations allocations, ObjectNode service, ObjectNode current) {
        this.allocations = allocations;
        this.service = service;
        spec = Json.child(service, "spec");
        before = spec.deepCopy();
        alreadyOwn = new HashSet<>(ServiceAllocations.slots(current));
    }

    void reserveClusterIp() {
        String wanted = Json.text(spec, "clusterIP");
        if (wanted.equals(NONE)) {
            spec.putArray("clusterIPs").add(NONE);
            families();
            return;
        }
        String address = wanted.isEmpty() ? takeAnyAddress() : takeAddress(wanted);
        spec.put("clusterIP", address);
        spec.putArray("clusterIPs").add(address);
        families();
    }

    private void families() {
        if (spec.path("ipFamilies").isEmpty()) {
            spec.putArray("ipFamilies").add("IPv4");
        }
        if (Json.text(spec, "ipFamilyPolicy").isEmpty()) {
            spec.put("ipFamilyPolicy", "SingleStack");
        }
    }

    /// Acquires the allocation lock with the first node port and holds it until the reservation is closed.
    private void lock() {
        if (!locked) {
            allocations.guard().lock();
            locked = true;
        }
    }

    private String takeAnyAddress() {
        try {
            Slot.Address slot = allocations.takeAddress();
            reserved.add(slot);
            return Ipv4Range.dotted(slot.bits());
        } catch (IllegalStateException full) {
            throw ApiException.internal("failed to allocate a serviceIP: " + full.getMessage());
        }
    }

    private String takeAddress(String wanted) {
        Integer bits = Ipv4Range.address(wanted);
        String refused = "Invalid value: [\"" + wanted + "\"]: failed to allocate IP " + wanted + ": ";
        if (bits == null) {
            throw invalid("spec.clusterIPs", refused + "the provided network does not match the current range");
        }
        Slot.Address slot = new Slot.Address(bits);
        if (!alreadyOwn.contains(slot) && !allocations.addresses().contain(bits)) {
            throw invalid("spec.clusterIPs", refused + "the provided network does not match the current range");
        }
        take(slot, "spec.clusterIPs", refused + "provided IP is already allocated");
        return wanted;
    }

    void reserveNodePorts(boolean needed) {
        int index = 0;
        for (JsonNode port : spec.path("ports")) {
            int wanted = port.path("nodePort").asInt();
            String protocol = port.path("protocol").asText("TCP");
            if (wanted > 0) {
                String field = "spec.ports[" + index + "].nodePort";
                if (!allocations.nodePorts().contains(wanted)) {
                    throw invalid(field, "Invalid value: " + wanted + ": provided port is not in the valid range. The range of valid ports is " + allocations.nodePorts());
                }
                take(new Slot.NodePort(wanted, protocol), field, "Invalid value: " + wanted + ": provided port is already allocated");
            } else if (needed) {
                ((ObjectNode) port).put("nodePort", takeAnyPort(protocol));
            }
            index++;
        }
    }

    private int takeAnyPort(String protocol) {
        lock();
        try {
            Slot.NodePort slot = allocations.takeNodePort(protocol);
            reserved.add(slot);
            return slot.port();
        } catch (IllegalStateException full) {
            throw ApiException.internal("failed to allocate a nodePort: " + full.getMessage());
        }
    }

    private void take(Slot slot, String field, String refusal) {
        if (alreadyOwn.contains(slot) || reserved.contains(slot)) {
            return;
        }
        if (slot instanceof Slot.NodePort) {
            lock();
        }
        if (!allocations.take(slot) && !allocations.takeFresh(slot)) {
            throw invalid(field, refusal);
        }
        reserved.add(slot);
    }

    private ApiException invalid(String field, String message) {
        return ApiException.invalid("", "Service", Json.name(service), field + ": " + message,
                List.of(new StatusCause("FieldValueInvalid", message, field)));
    }

    @Override
    public CasResult write(Store store, String key, byte[] bytes, long expectedRevision, long ttlSeconds) {
        CasResult result = store.put(key, bytes, expectedRevision, new Store.Reservations(records(), released(), locked ? allocations.guard().next() : null));
        if (result instanceof CasResult.Outrun(long revision, long ignored)) {
            allocations.learn(revision);
            service.set("spec", before);
        }
        if (locked) {
            allocations.guard().settled(result);
        }
        return result;
    }

    private Map<String, byte[]> records() {
        Map<String, byte[]> records = new HashMap<>();
        for (Slot slot : reserved) {
            if (slot instanceof Slot.Address(int bits)) {
                String address = Ipv4Range.dotted(bits);
                records.put(allocations.addresses().key(address), allocations.addresses().record(address, Json.namespace(service), Json.name(service)));
            }
        }
        return records;
    }

    /// Returns the keys of the records of addresses that the service no longer has.
    private Set<String> released() {
        Set<String> keys = allocations.records(alreadyOwn);
        keys.removeAll(allocations.records(ServiceAllocations.slots(service)));
        return keys;
    }

    @Override
    public void committed(long revision) {
        reserved.forEach(slot -> allocations.committed(slot, revision));
        reserved.clear();
    }

    @Override
    public void close() {
        reserved.forEach(allocations::release);
        reserved.clear();
        if (locked) {
            allocations.guard().unlock();
            locked = false;
        }
    }
}
