package io.moka.controllers.loadbalancer;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The properties of a service that the plan uses.
record BalancedService(Service service) {

    static final String SOURCE = "moka.io/load-balancer-source";
    static final String POOL = "moka.io/load-balancer-pool";
    static final String ADDRESSES = "moka.io/load-balancer-ips";
    static final String SHARING_KEY = "moka.io/load-balancer-sharing-key";
    private static final String CLASS_PREFIX = "moka.io/";

    /// The source of a service's addresses.
    enum Source { NODE, POOL, NOT_OURS }

    Source source() {
        var spec = service.getSpec();
        if (!"LoadBalancer".equals(spec.getType())) {
            return Source.NOT_OURS;
        }
        var ofClass = spec.getLoadBalancerClass();
        var word = ofClass == null ? Objects.requireNonNullElse(annotation(SOURCE), "node")
                : ofClass.startsWith(CLASS_PREFIX) ? ofClass.substring(CLASS_PREFIX.length()) : "";
        return switch (word) {
            case "node" -> Source.NODE;
            case "pool" -> Source.POOL;
            default -> Source.NOT_OURS;
        };
    }

    @Nullable String annotation(String name) {
        var annotations = service.getMetadata().getAnnotations();
        var value = annotations == null ? null : annotations.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    String name() {
        return service.getMetadata().getNamespace() + "/" + service.getMetadata().getName();
    }

    /// `80/TCP` and the like.
    Set<String> ports() {
        return service.getSpec().getPorts().stream().map(port -> port.getPort() + "/" + Objects.requireNonNullElse(port.getProtocol(), "TCP"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// The service's node ports, written like [#ports()].
    Set<String> nodePorts() {
        return service.getSpec().getPorts().stream().filter(port -> port.getNodePort() != null && port.getNodePort() > 0)
                .map(port -> port.getNodePort() + "/" + Objects.requireNonNullElse(port.getProtocol(), "TCP")).collect(Collectors.toCollection(TreeSet::new));
    }

    List<String> families() {
        var families = service.getSpec().getIpFamilies();
        return families.isEmpty() ? List.of("IPv4") : families;
    }

    boolean local() {
        return "Local".equals(service.getSpec().getExternalTrafficPolicy());
    }

    Map<String, String> selector() {
        return Objects.requireNonNullElse(service.getSpec().getSelector(), Map.of());
    }

    /// The addresses that the user asks for; empty where any will do.
    List<String> wishes() {
        var wished = annotation(ADDRESSES) == null ? service.getSpec().getLoadBalancerIP() : annotation(ADDRESSES);
        return wished == null ? List.of() : Stream.of(wished.split(",")).map(String::strip).filter(word -> !word.isEmpty())
                .map(word -> Objects.requireNonNullElse(AddressRange.canonical(word), word)).toList();
    }

    /// The addresses that the service's status has now.
    List<LoadBalancerIngress> ingress() {
        var status = service.getStatus();
        return status == null || status.getLoadBalancer() == null ? List.of() : status.getLoadBalancer().getIngress();
    }

    List<String> addresses() {
        return ingress().stream().map(ingress -> AddressRange.canonical(ingress.getIp())).filter(Objects::nonNull).toList();
    }
}
