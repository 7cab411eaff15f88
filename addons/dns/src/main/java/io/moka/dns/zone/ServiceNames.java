package io.moka.dns.zone;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.moka.dns.zone.Reason.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/// Resolves the names below `svc.<zone>`: services, their endpoints, their ports.
final class ServiceNames {

    private static final Set<String> PROTOCOLS = Set.of("_tcp", "_udp", "_sctp");

    private final ClusterView cluster;
    private final Name subtree;

    /// @param subtree the name `svc.<zone>`
    ServiceNames(ClusterView cluster, Name subtree) {
        this.cluster = cluster;
        this.subtree = subtree;
    }

    /// @param labels the name's labels before `svc`, the rightmost (the namespace) last; in lower case
    Subject subject(List<String> labels) {
        int count = labels.size();
        if (count == 0) {
            return new Subject.Empty(Reason.of(Rule.SUBTREE));
        }
        var namespace = labels.get(count - 1);
        if (count == 1) {
            return Zone.ofNamespace(cluster, namespace);
        }
        var name = labels.get(count - 2);
        var service = cluster.service(namespace, name);
        if (service == null) {
            return new Subject.Missing(Reason.of(Rule.NO_SERVICE));
        }
        boolean external = "ExternalName".equals(service.getSpec().getType());
        return switch (count) {
            case 2 -> external ? external(service) : service(service);
            case 3 -> external ? formless() : endpoint(service, labels.getFirst());
            case 4 -> external ? formless() : ports(service, labels.get(0), labels.get(1));
            default -> formless();
        };
    }

    private static Subject formless() {
        return new Subject.Missing(Reason.of(Rule.NO_SUCH_FORM));
    }

    /// Whether a service has no cluster address of its own, so that its names resolve to its endpoints.
    static boolean isHeadless(Service service) {
        return "None".equals(service.getSpec().getClusterIP());
    }

    /// Returns the service's cluster addresses; none for a headless one.
    static List<String> clusterAddresses(Service service) {
        var addresses = service.getSpec().getClusterIPs();
        if (addresses != null && !addresses.isEmpty()) {
            return isHeadless(service) ? List.of() : addresses;
        }
        var only = service.getSpec().getClusterIP();
        return only == null || only.isEmpty() || isHeadless(service) ? List.of() : List.of(only);
    }

    private Subject external(Service service) {
        var target = externalTarget(service.getSpec().getExternalName());
        return target == null ? new Subject.Empty(new Reason(Rule.BAD_EXTERNAL_NAME, service)) : new Subject.Elsewhere(target, new Reason(Rule.EXTERNAL_NAME, service));
    }

    private static @Nullable Name externalTarget(@Nullable String text) {
        try {
            return text == null || text.isEmpty() ? null : Name.fromString(text, Name.root);
        } catch (TextParseException e) {
            return null;
        }
    }

    private Subject service(Service service) {
        if (!isHeadless(service)) {
            var addresses = clusterAddresses(service);
            return addresses.isEmpty() ? new Subject.Empty(new Reason(Rule.SERVICE_WITHOUT_ADDRESS, service))
                    : new Subject.Hosts(addresses, new Reason(Rule.SERVICE_ADDRESS, service));
        }
        var addresses = Endpoints.readyAddresses(service, slices(service));
        return addresses.isEmpty() ? new Subject.Missing(new Reason(Rule.HEADLESS_WITHOUT_ENDPOINTS, service))
                : new Subject.Hosts(addresses, new Reason(Rule.HEADLESS_ENDPOINTS, service));
    }

    private Subject endpoint(Service service, String label) {
        if (PROTOCOLS.contains(label)) {
            return protocol(service, label);
        }
        Set<String> addresses = new LinkedHashSet<>();
        var found = cluster.slices(service.getMetadata().getNamespace(), service.getMetadata().getName(), label);
        EndpointSlice holder = null;
        for (var slice : found) {
            for (var endpoint : Endpoints.ready(service, slice)) {
                if (Endpoints.hostname(endpoint).equals(label)) {
                    addresses.addAll(endpoint.getAddresses());
                    holder = slice;
                }
            }
        }
        return addresses.isEmpty() ? new Subject.Missing(new Reason(Rule.NO_ENDPOINT, service)) : new Subject.Hosts(List.copyOf(addresses), new Reason(Rule.ENDPOINT, holder));
    }

    private Subject protocol(Service service, String label) {
        boolean named = isHeadless(service)
                ? slices(service).stream().filter(slice -> !Endpoints.ready(service, slice).isEmpty() && slice.getPorts() != null).flatMap(slice -> slice.getPorts().stream())
                        .anyMatch(port -> isNamed(port.getName()) && isProtocol(label, port.getProtocol()))
                : service.getSpec().getPorts().stream().anyMatch(port -> isNamed(port.getName()) && isProtocol(label, port.getProtocol()));
        return named ? new Subject.Empty(new Reason(Rule.PROTOCOL, service)) : new Subject.Missing(new Reason(Rule.NO_PORT, service));
    }

    private Subject ports(Service service, String portLabel, String protocolLabel) {
        if (!portLabel.startsWith("_") || !protocolLabel.startsWith("_")) {
            return formless();
        }
        var name = portLabel.substring(1);
        var places = name.isEmpty() ? List.<Subject.Place>of() : isHeadless(service) ? ofEndpoints(service, name, protocolLabel) : ofService(service, name, protocolLabel);
        return places.isEmpty() ? new Subject.Missing(new Reason(Rule.NO_PORT, service)) : new Subject.Places(places, new Reason(Rule.PORT, service));
    }

    private List<Subject.Place> ofService(Service service, String name, String protocol) {
        var addresses = clusterAddresses(service);
        return service.getSpec().getPorts().stream()
                .filter(port -> name.equals(port.getName()) && isProtocol(protocol, port.getProtocol()))
                .map(port -> new Subject.Place(port.getPort(), host(service), addresses)).toList();
    }

    private List<Subject.Place> ofEndpoints(Service service, String name, String protocol) {
        record Key(int port, String hostname) {
        }
        var places = new LinkedHashMap<Key, Set<String>>();
        for (var slice : slices(service)) {
            if (slice.getPorts() != null) {
                slice.getPorts().stream().filter(port -> name.equals(port.getName()) && port.getPort() != null && isProtocol(protocol, port.getProtocol()))
                        .forEach(port -> Endpoints.ready(service, slice).forEach(endpoint -> places
                                .computeIfAbsent(new Key(port.getPort(), Endpoints.hostname(endpoint)), key -> new LinkedHashSet<>()).addAll(endpoint.getAddresses())));
            }
        }
        var found = new ArrayList<Subject.Place>();
        places.forEach((key, addresses) -> found.add(new Subject.Place(key.port, host(service, key.hostname), List.copyOf(addresses))));
        return found;
    }

    /// Returns the service's name, in lower case.
    Name host(Service service) {
        return Zone.below(subtree, service.getMetadata().getNamespace(), service.getMetadata().getName());
    }

    /// Returns an endpoint's name.
    Name host(Service service, String hostname) {
        return Zone.below(subtree, service.getMetadata().getNamespace(), service.getMetadata().getName(), hostname);
    }

    private List<EndpointSlice> slices(Service service) {
        return cluster.slices(service.getMetadata().getNamespace(), service.getMetadata().getName());
    }

    private static boolean isNamed(@Nullable String name) {
        return name != null && !name.isEmpty();
    }

    private static boolean isProtocol(String label, @Nullable String protocol) {
        return label.substring(1).equalsIgnoreCase(protocol == null ? "TCP" : protocol);
    }
}
