package io.moka.proxy.model;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
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
    private final String nodeName;

    private ServiceModel(Service service, List<EndpointSlice> slices, String nodeName) {
        this.service = service;
        this.slices = slices;
        this.nodeName = nodeName;
    }

    /// @param nodeName the node whose own endpoints a `Local` traffic policy means
    public static Map<Front, Backends> of(@Nullable Service service, List<EndpointSlice> slices, String nodeName) {
        return service == null || !hasAddress(service) ? Map.of() : new ServiceModel(service, slices, nodeName).fronts();
    }

    private static boolean hasAddress(Service service) {
        var address = service.getSpec().getClusterIP();
        return !"ExternalName".equals(service.getSpec().getType()) && address != null && !address.isEmpty()
                && !address.equals("None") && !address.contains(":");
    }

    private Map<Front, Backends> fronts() {
        var fronts = new LinkedHashMap<Front, Backends>();
        var spec = service.getSpec();
        boolean internalLocal = "Local".equals(spec.getInternalTrafficPolicy());
        boolean externalLocal = "Local".equals(spec.getExternalTrafficPolicy());
        for (var port : spec.getPorts()) {
            var protocol = port.getProtocol() == null ? "tcp" : port.getProtocol().toLowerCase(Locale.ROOT);
            var inside = backends(port, internalLocal, false);
            fronts.put(new Front.ServiceAddress(spec.getClusterIP(), protocol, port.getPort()), inside);
            var outside = backends(port, externalLocal, externalLocal);
            for (var address : externalAddresses()) {
                fronts.put(new Front.ExternalAddress(address, protocol, port.getPort()), outside);
            }
            if (port.getNodePort() != null && port.getNodePort() > 0) {
                fronts.put(new Front.NodePort(protocol, port.getNodePort()), outside);
            }
        }
        return fronts;
    }

    private Set<String> externalAddresses() {
        var addresses = new LinkedHashSet<String>(service.getSpec().getExternalIPs());
        if (service.getStatus() != null && service.getStatus().getLoadBalancer() != null) {
            for (var ingress : service.getStatus().getLoadBalancer().getIngress()) {
                if (ingress.getIp() != null && !ingress.getIp().contains(":") && !"Proxy".equals(ingress.getIpMode())) {
                    addresses.add(ingress.getIp());
                }
            }
        }
        return addresses;
    }

    private Backends backends(ServicePort port, boolean localOnly, boolean keepsSource) {
        var ready = endpoints(port, localOnly, false);
        return new Backends(ready.isEmpty() ? endpoints(port, localOnly, true) : ready, affinitySeconds(), keepsSource);
    }

    private int affinitySeconds() {
        if (!"ClientIP".equals(service.getSpec().getSessionAffinity())) {
            return 0;
        }
        var config = service.getSpec().getSessionAffinityConfig();
        var seconds = config == null || config.getClientIP() == null ? null : config.getClientIP().getTimeoutSeconds();
        return seconds == null ? DEFAULT_AFFINITY_SECONDS : seconds;
    }

    /// Ready endpoints; or, where there are none, those that still serve while they terminate.
    private List<Endpoint> endpoints(ServicePort port, boolean localOnly, boolean terminating) {
        var endpoints = new LinkedHashSet<Endpoint>();
        for (var slice : slices) {
            if (!"IPv4".equals(slice.getAddressType())) {
                continue;
            }
            var number = portNumber(slice, port);
            if (number == null) {
                continue;
            }
            for (var endpoint : slice.getEndpoints()) {
                var conditions = endpoint.getConditions();
                boolean wanted = terminating
                        ? conditions != null && !Boolean.FALSE.equals(conditions.getServing()) && Boolean.TRUE.equals(conditions.getTerminating())
                        : conditions == null || !Boolean.FALSE.equals(conditions.getReady());
                if (wanted && (!localOnly || nodeName.equals(endpoint.getNodeName())) && !endpoint.getAddresses().isEmpty()) {
                    endpoints.add(new Endpoint(endpoint.getAddresses().getFirst(), number));
                }
            }
        }
        return new ArrayList<>(endpoints);
    }

    private static @Nullable Integer portNumber(EndpointSlice slice, ServicePort wanted) {
        var name = wanted.getName() == null ? "" : wanted.getName();
        for (var port : slice.getPorts()) {
            var portName = port.getName() == null ? "" : port.getName();
            if (portName.equals(name)) {
                return port.getPort();
            }
        }
        return null;
    }
}
