package io.moka.proxy.model;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The endpoints behind a front, and how a connection finds its way to one.
///
/// Pods and the node itself are clients from inside. Where traffic from outside must stay on this node, they still use all endpoints,
/// as nothing is lost by another hop.
///
/// @param port the service's port that this is, by its name, which may be empty
/// @param endpoints where connections end; of a local front, those of clients from outside
/// @param everywhere the endpoints without regard to a `Local` policy; the same as `endpoints` unless the front is local
/// @param affinitySeconds how long a client stays with its endpoint; 0 for a new choice with each connection
/// @param local whether a `Local` policy holds: for a service's address the internal one, for all other fronts the external one
/// @param sources the clients that the front admits
/// @param here the addresses of those endpoints that are, or may be, on this node: only they can reach themselves through the front here
public record Backends(String port, List<Endpoint> endpoints, List<Endpoint> everywhere, int affinitySeconds, boolean local, Sources sources, Set<String> here) {

    /// Backends without a difference between clients from inside and outside.
    public Backends(List<Endpoint> endpoints, int affinitySeconds, boolean local) {
        this("", endpoints, endpoints, affinitySeconds, local, Sources.ANYONE);
    }

    /// Backends of which it is not known on which node they are.
    public Backends(String port, List<Endpoint> endpoints, List<Endpoint> everywhere, int affinitySeconds, boolean local, Sources sources) {
        this(port, endpoints, everywhere, affinitySeconds, local, sources,
                Stream.concat(endpoints.stream(), everywhere.stream()).map(Endpoint::address).collect(Collectors.toUnmodifiableSet()));
    }

    /// The endpoints that a client reaches through this front.
    public List<Endpoint> endpointsFor(Front front, boolean fromInside) {
        return front.isExternal() && local && fromInside ? everywhere : endpoints;
    }

    /// Whether connections that find no endpoint are dropped: there are endpoints, but elsewhere, and a load balancer is to try another node.
    /// Where there are none at all, connections are refused.
    public boolean dropsUnserved() {
        return endpoints.isEmpty() && !everywhere.isEmpty();
    }

    public Backends withEndpoints(List<Endpoint> ordered, List<Endpoint> orderedEverywhere) {
        return new Backends(port, ordered, orderedEverywhere, affinitySeconds, local, sources, here);
    }

    /// The same front without any endpoint.
    public Backends empty() {
        return new Backends(port, List.of(), List.of(), affinitySeconds, local, sources, Set.of());
    }
}
