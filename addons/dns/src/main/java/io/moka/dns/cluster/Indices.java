package io.moka.dns.cluster;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.moka.dns.zone.Addresses;
import io.moka.dns.zone.Endpoints;
import java.util.Collection;
import java.util.List;

/// Computes the keys under which the indices find objects.
final class Indices {

    static final String ADDRESS = "address";
    static final String SERVICE = "service";
    static final String HOSTNAME = "hostname";

    private Indices() {
    }

    static Collection<String> addresses(Service service) {
        var addresses = service.getSpec().getClusterIPs();
        if (addresses == null || addresses.isEmpty()) {
            var only = service.getSpec().getClusterIP();
            return only == null || only.isEmpty() || only.equals("None") ? List.of() : List.of(Addresses.canonical(only));
        }
        return addresses.stream().filter(address -> !address.equals("None")).map(Addresses::canonical).toList();
    }

    static String service(EndpointSlice slice) {
        return service(slice.getMetadata().getNamespace(), Endpoints.serviceOf(slice));
    }

    static String service(String namespace, String name) {
        return namespace + "/" + name;
    }

    static Collection<String> hostnames(EndpointSlice slice) {
        return Endpoints.hostnames(slice).stream().map(hostname -> hostname(slice.getMetadata().getNamespace(), Endpoints.serviceOf(slice), hostname)).toList();
    }

    static String hostname(String namespace, String service, String hostname) {
        return namespace + "/" + service + "/" + hostname;
    }
}
