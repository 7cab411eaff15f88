package io.moka.proxy.model;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Computes the fronts of one service from the service and its endpoint slices, as seen from one node.
public final class ServiceModel {

    private static final int DEFAULT_AFFINITY_SECONDS = 10_800;

    private final Service service;
    private final List<EndpointSlice> slices;
    private final NodeView node;

    private ServiceModel(Service service, List<EndpointSlice> slices, NodeView node) {
        this.service = service;
        this.slices = slices;
        this.node = node;
    }

    /// Returns the fronts of both families. Invalid addresses in the service or its slices are left out.
    public static Map<Front, Backends> of(@Nullable Service service, List<EndpointSlice> slices, NodeView node) {
        var fronts = new LinkedHashMap<Front, Backends>();
        if (service != null && !"ExternalName".equals(service.getSpec().getType())) {
            for (var family : IpFamily.values()) {
                new ServiceModel(service, slices, node).addFronts(family, fronts);
            }
        }
        return fronts;
    }

    /// Returns the health check to serve at the service's `healthCheckNodePort`; null if the service has none.
    public static @Nullable HealthCheck healthCheck(@Nullable Service service, List<EndpointSlice> slices, NodeView node) {
        if (service == null) {
            return null;
        }
        var spec = service.getSpec();
        var port = spec.getHealthCheckNodePort();
        if (port == null || port == 0 || !"LoadBalancer".equals(spec.getType()) || !"Local".equals(spec.getExternalTrafficPolicy())) {
            return null;
        }
        int local = 0;
        for (var family : IpFamily.values()) {
            var addresses = new HashSet<String>();
            spec.getPorts().forEach(servicePort -> addresses.addAll(EndpointChoice.of(slices, servicePort, family, node).readyLocal()));
            local = Math.max(local, addresses.size());
        }
        return new HealthCheck(service.getMetadata().getNamespace(), service.getMetadata().getName(), port, local);
    }

    /// Returns the service's cluster IP of the family, be it the first or the second; null if it has none, and thus no fronts of that family.
    private @Nullable String clusterAddress(IpFamily family) {
        var addresses = new ArrayList<>(service.getSpec().getClusterIPs());
        addresses.addFirst(service.getSpec().getClusterIP());
        return addresses.stream().filter(family::isAddress).findFirst().orElse(null);
    }

    private void addFronts(IpFamily family, Map<Front, Backends> fronts) {
        var spec = service.getSpec();
        var clusterAddress = clusterAddress(family);
        if (clusterAddress == null) {
            return;
        }
        for (var port : spec.getPorts()) {
            var protocol = port.getProtocol() == null ? "tcp" : port.getProtocol().toLowerCase(Locale.ROOT);
            var choice = EndpointChoice.of(slices, port, family, node);
            fronts.put(new Front.ServiceAddress(clusterAddress, protocol, port.getPort()),
                    backends(port, choice, "Local".equals(spec.getInternalTrafficPolicy()), Sources.ANYONE));
            boolean externalLocal = "Local".equals(spec.getExternalTrafficPolicy());
            for (var address : externalIps(family)) {
                fronts.put(new Front.ExternalAddress(address, protocol, port.getPort()), backends(port, choice, externalLocal, Sources.ANYONE));
            }
            for (var address : balancerAddresses(family)) {
                fronts.put(new Front.ExternalAddress(address, protocol, port.getPort()), backends(port, choice, externalLocal, sources(family)));
            }
            if (port.getNodePort() != null && port.getNodePort() > 0) {
                fronts.put(new Front.NodePort(family, protocol, port.getNodePort()), backends(port, choice, externalLocal, Sources.ANYONE));
            }
        }
    }

    private Backends backends(ServicePort port, EndpointChoice choice, boolean local, Sources sources) {
        var everywhere = choice.everywhere();
        return new Backends(port.getName() == null ? "" : port.getName(), local ? choice.local() : everywhere, everywhere, affinitySeconds(), local, sources, choice.here());
    }

    private Set<String> externalIps(IpFamily family) {
        var addresses = new LinkedHashSet<String>(node.externalIps() ? service.getSpec().getExternalIPs() : List.of());
        addresses.removeIf(address -> !family.isAddress(address));
        return addresses;
    }

    /// Returns the load balancer's addresses, without those that pass connections on to the node's own address (`ipMode: Proxy`).
    private Set<String> balancerAddresses(IpFamily family) {
        var addresses = new LinkedHashSet<String>();
        if (service.getStatus() != null && service.getStatus().getLoadBalancer() != null) {
            for (var ingress : service.getStatus().getLoadBalancer().getIngress()) {
                if (family.isAddress(ingress.getIp()) && !"Proxy".equals(ingress.getIpMode())) {
                    addresses.add(ingress.getIp());
                }
            }
        }
        return addresses;
    }

    private Sources sources(IpFamily family) {
        var ranges = service.getSpec().getLoadBalancerSourceRanges();
        return ranges.isEmpty() ? Sources.ANYONE : new Sources.Ranges(Cidr.disjoint(ranges, family));
    }

    private int affinitySeconds() {
        if (!"ClientIP".equals(service.getSpec().getSessionAffinity())) {
            return 0;
        }
        var config = service.getSpec().getSessionAffinityConfig();
        var seconds = config == null || config.getClientIP() == null ? null : config.getClientIP().getTimeoutSeconds();
        return seconds == null ? DEFAULT_AFFINITY_SECONDS : seconds;
    }
}
