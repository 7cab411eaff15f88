package io.moka.dns.zone;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The objects from which names are made, by the keys under which names find them. Each method is one look-up in an index.
///
/// Addresses are in their canonical spelling ([Addresses#canonical(String)]), names in lower case.
public interface ClusterView {

    boolean hasNamespace(String name);

    @Nullable Service service(String namespace, String name);

    /// Returns the slices of a service; an empty list when there are none.
    List<EndpointSlice> slices(String namespace, String service);

    /// Returns the slices of a service that have an endpoint with this hostname.
    List<EndpointSlice> slices(String namespace, String service, String hostname);

    /// Returns the services with this cluster address.
    List<Service> servicesAt(String address);

    /// Returns the slices, of any service, that have an endpoint with this address.
    List<EndpointSlice> slicesAt(String address);

    /// Returns the pods with this address that have not ended; there may be several on the network of their node.
    List<ClusterPod> podsAt(String address);

    @Nullable ClusterPod pod(String namespace, String name);

    /// Returns a number that grows with each change of the objects: the zone's serial number.
    long serial();
}
