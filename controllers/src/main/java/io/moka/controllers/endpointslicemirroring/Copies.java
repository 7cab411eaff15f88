package io.moka.controllers.endpointslicemirroring;

import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Converts the subsets of an Endpoints object into endpoints of slices.
final class Copies {

    /// Largest number of endpoints copied from one subset; further ones are left out, as by upstream's `--mirroring-max-endpoints-per-subset`.
    private static final int LARGEST = 1_000;

    private Copies() {
    }

    /// Returns the endpoints of one address type, grouped by their ports.
    static Map<List<EndpointPort>, List<Endpoint>> of(Endpoints original, String addressType) {
        var byPorts = new LinkedHashMap<List<EndpointPort>, List<Endpoint>>();
        for (var subset : original.getSubsets()) {
            var found = new ArrayList<Endpoint>();
            add(found, subset.getAddresses(), true, addressType);
            add(found, subset.getNotReadyAddresses(), false, addressType);
            if (!found.isEmpty()) {
                byPorts.computeIfAbsent(ports(subset), ports -> new ArrayList<>()).addAll(found);
            }
        }
        return byPorts;
    }

    private static void add(List<Endpoint> found, List<EndpointAddress> addresses, boolean ready, String addressType) {
        addresses.stream().filter(address -> addressType.equals(address.getIp().contains(":") ? "IPv6" : "IPv4"))
                .limit(Math.max(0, LARGEST - found.size())).map(address -> endpoint(address, ready)).forEach(found::add);
    }

    private static Endpoint endpoint(EndpointAddress address, boolean ready) {
        return new EndpointBuilder().withAddresses(address.getIp()).withNewConditions().withReady(ready).endConditions()
                .withTargetRef(address.getTargetRef()).withNodeName(address.getNodeName())
                .withHostname(address.getHostname() == null || address.getHostname().isEmpty() ? null : address.getHostname()).build();
    }

    private static List<EndpointPort> ports(EndpointSubset subset) {
        return subset.getPorts().stream().map(port -> new EndpointPortBuilder().withName(port.getName() == null ? "" : port.getName())
                .withPort(port.getPort()).withProtocol(port.getProtocol() == null ? "TCP" : port.getProtocol()).withAppProtocol(port.getAppProtocol()).build()).toList();
    }
}
