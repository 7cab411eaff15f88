package io.moka.apiserver.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.strategy.Reservation;
import io.moka.apiserver.core.strategy.Strategy;
import java.util.Set;

/// The strategy of services: allocates a cluster IP, and node ports if the type needs them; a service keeps both as long as it needs them.
public final class ServiceStrategy implements Strategy {
    private static final Set<String> WITH_CLUSTER_IP = Set.of("ClusterIP", "NodePort", "LoadBalancer");

    private final ServiceAllocations allocations;

    public ServiceStrategy(ServiceAllocations allocations) {
        this.allocations = allocations;
    }

    @Override
    public boolean returnsDeleted() {
        return true;
    }

    @Override
    public boolean createsOnUpdate() {
        return true;
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        object.putObject("status").putObject("loadBalancer");
    }

    /// Copies allocated addresses and ports to an update that leaves them out.
    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode current) {
        ObjectNode spec = Json.child(updated, "spec");
        JsonNode was = current.path("spec");
        String type = Json.text(spec, "type");
        ServiceTypeChange.dropWhatNoLongerApplies(spec, was);
        if (WITH_CLUSTER_IP.contains(type) && Json.text(spec, "clusterIP").isEmpty() && was.has("clusterIP")) {
            spec.set("clusterIP", was.get("clusterIP").deepCopy());
            if (was.has("clusterIPs")) {
                spec.set("clusterIPs", was.get("clusterIPs").deepCopy());
            }
        }
        followFirst(spec, was);
        if (ServiceTypeChange.needsNodePorts(spec)) {
            keepNodePorts(spec, was);
        }
        if (!type.equals("LoadBalancer") && !updated.path("status").path("loadBalancer").isEmpty()) {
            ObjectNode status = updated.path("status").deepCopy();
            status.putObject("loadBalancer");
            updated.set("status", status);
        }
    }

    /// Changes the first entry of `clusterIPs` when an update changes `clusterIP` alone.
    private static void followFirst(ObjectNode spec, JsonNode was) {
        String first = Json.text(spec, "clusterIP");
        boolean listed = spec.path("clusterIPs").isEmpty() || spec.path("clusterIPs").equals(was.path("clusterIPs"));
        if (!first.isEmpty() && !first.equals(Json.text(was, "clusterIP")) && listed) {
            ArrayNode addresses = spec.arrayNode().add(first);
            for (int i = 1; i < spec.path("clusterIPs").size() && !first.equals("None"); i++) {
                addresses.add(spec.path("clusterIPs").get(i));
            }
            spec.set("clusterIPs", addresses);
        }
    }

    private static void keepNodePorts(ObjectNode spec, JsonNode was) {
        for (JsonNode port : spec.path("ports")) {
            for (JsonNode old : was.path("ports")) {
                boolean same = port.path("port").equals(old.path("port")) && port.path("protocol").equals(old.path("protocol"));
                if (same && !port.has("nodePort") && old.has("nodePort")) {
                    ((ObjectNode) port).set("nodePort", old.get("nodePort"));
                }
            }
        }
    }

    @Override
    public Set<String> claims(ObjectNode object) {
        return allocations.records(ServiceAllocations.slots(object));
    }

    @Override
    public Reservation reserve(ObjectNode object, ObjectNode current) {
        String type = Json.text(object, "spec", "type");
        if (!WITH_CLUSTER_IP.contains(type) && claims(current).isEmpty()) {
            return Reservation.NONE;
        }
        var reservation = new ServiceReservation(allocations, object, current);
        if (!WITH_CLUSTER_IP.contains(type)) {
            return reservation;
        }
        try {
            reservation.reserveClusterIp();
            reservation.reserveNodePorts(!type.equals("ClusterIP")
                    && !(type.equals("LoadBalancer") && object.path("spec").path("allocateLoadBalancerNodePorts").isBoolean()
                    && !object.path("spec").path("allocateLoadBalancerNodePorts").booleanValue()));
            return reservation;
        } catch (RuntimeException refused) {
            reservation.close();
            throw refused;
        }
    }
}
