package io.moka.dns.zone;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Reads endpoint slices: selects their endpoints, and determines the hostnames and addresses of these.
public final class Endpoints {

    private static final String SERVICE_LABEL = "kubernetes.io/service-name";

    private Endpoints() {
    }

    /// Returns the name of the service that a slice belongs to; empty when it belongs to none.
    public static String serviceOf(EndpointSlice slice) {
        var labels = slice.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(SERVICE_LABEL, "");
    }

    /// Returns the hostname of an endpoint below its service: its own, or its address with dashes.
    static String hostname(Endpoint endpoint) {
        var own = endpoint.getHostname();
        return own != null && !own.isEmpty() ? own.toLowerCase(Locale.ROOT) : Addresses.dashed(endpoint.getAddresses().getFirst());
    }

    /// Returns all hostnames of a slice, for the index.
    public static Collection<String> hostnames(EndpointSlice slice) {
        var names = new LinkedHashSet<String>();
        addressed(slice).forEach(endpoint -> names.add(hostname(endpoint)));
        return names;
    }

    /// Returns all addresses of a slice in their canonical spelling, for the index.
    public static Collection<String> addresses(EndpointSlice slice) {
        var addresses = new LinkedHashSet<String>();
        addressed(slice).forEach(endpoint -> endpoint.getAddresses().forEach(address -> addresses.add(Addresses.canonical(address))));
        return addresses;
    }

    /// Returns the endpoints of a slice that names resolve to: the ready ones, or all if the service publishes endpoints that are not ready.
    static List<Endpoint> ready(Service service, EndpointSlice slice) {
        boolean all = Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses());
        return addressed(slice).stream().filter(endpoint -> all || isReady(endpoint)).toList();
    }

    /// Returns the addresses of the ready endpoints, each once.
    static List<String> readyAddresses(Service service, List<EndpointSlice> slices) {
        Set<String> addresses = new LinkedHashSet<>();
        slices.forEach(slice -> ready(service, slice).forEach(endpoint -> addresses.addAll(endpoint.getAddresses())));
        return new ArrayList<>(addresses);
    }

    private static boolean isReady(Endpoint endpoint) {
        var conditions = endpoint.getConditions();
        return conditions == null || !Boolean.FALSE.equals(conditions.getReady());
    }

    /// Returns the endpoints that have addresses: none for a slice of names (`addressType: FQDN`).
    private static List<Endpoint> addressed(EndpointSlice slice) {
        return "FQDN".equals(slice.getAddressType()) || slice.getEndpoints() == null ? List.of()
                : slice.getEndpoints().stream().filter(endpoint -> !endpoint.getAddresses().isEmpty()).toList();
    }
}
