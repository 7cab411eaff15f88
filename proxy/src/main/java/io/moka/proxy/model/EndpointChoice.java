package io.moka.proxy.model;

import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.ForNode;
import io.fabric8.kubernetes.api.model.discovery.v1.ForZone;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Chooses the usable endpoints of one port of a service by readiness, traffic policy and hints. Follows upstream's `pkg/proxy/topology.go`.
final class EndpointChoice {

    /// An endpoint with its state as its slice gives it. Unknown conditions count as they do upstream.
    private record Candidate(Endpoint endpoint, boolean local, boolean mayBeLocal, boolean ready, boolean serving, boolean terminating, Set<String> zones, Set<String> nodes) {

        /// Merges the entries of an endpoint that is in two slices: it is ready if either says so, as slices change one after the other.
        Candidate or(Candidate other) {
            return ready || !other.ready ? this : other;
        }
    }

    private final Collection<Candidate> candidates;
    private final NodeView node;

    private EndpointChoice(Collection<Candidate> candidates, NodeView node) {
        this.candidates = candidates;
        this.node = node;
    }

    static EndpointChoice of(List<EndpointSlice> slices, ServicePort port, IpFamily family, NodeView node) {
        var candidates = new LinkedHashMap<Endpoint, Candidate>();
        for (var slice : slices) {
            var number = family.addressType().equals(slice.getAddressType()) ? portNumber(slice, port) : null;
            if (number != null) {
                for (var endpoint : slice.getEndpoints()) {
                    if (!endpoint.getAddresses().isEmpty() && family.isAddress(endpoint.getAddresses().getFirst())) {
                        var candidate = candidate(endpoint, number, node);
                        candidates.merge(candidate.endpoint, candidate, Candidate::or);
                    }
                }
            }
        }
        return new EndpointChoice(candidates.values(), node);
    }

    private static Candidate candidate(io.fabric8.kubernetes.api.model.discovery.v1.Endpoint endpoint, int port, NodeView node) {
        var conditions = endpoint.getConditions();
        var hints = endpoint.getHints();
        return new Candidate(new Endpoint(endpoint.getAddresses().getFirst(), port), node.name().equals(endpoint.getNodeName()),
                endpoint.getNodeName() == null || node.name().equals(endpoint.getNodeName()),
                conditions == null || !Boolean.FALSE.equals(conditions.getReady()),
                conditions == null || !Boolean.FALSE.equals(conditions.getServing()),
                conditions != null && Boolean.TRUE.equals(conditions.getTerminating()),
                hints == null ? Set.of() : hints.getForZones().stream().map(ForZone::getName).filter(Objects::nonNull).collect(Collectors.toSet()),
                hints == null ? Set.of() : hints.getForNodes().stream().map(ForNode::getName).filter(Objects::nonNull).collect(Collectors.toSet()));
    }

    private static @Nullable Integer portNumber(EndpointSlice slice, ServicePort wanted) {
        var name = Objects.requireNonNullElse(wanted.getName(), "");
        for (var port : slice.getPorts()) {
            if (Objects.requireNonNullElse(port.getName(), "").equals(name)) {
                return port.getPort();
            }
        }
        return null;
    }

    /// Returns the ready endpoints of any node or, if hints apply, those assigned to this node or its zone; if none is ready, the endpoints that
    /// still serve while they terminate.
    List<Endpoint> everywhere() {
        return readyOrServing(near(), _ -> true);
    }

    /// Returns this node's endpoints, chosen in the same way. Hints are ignored.
    List<Endpoint> local() {
        return readyOrServing(Candidate::local, Candidate::local);
    }

    /// Returns the addresses of the endpoints that are on this node, or whose node no slice names.
    Set<String> here() {
        return candidates.stream().filter(candidate -> candidate.mayBeLocal).map(candidate -> candidate.endpoint.address()).collect(Collectors.toUnmodifiableSet());
    }

    /// Returns the addresses of this node's ready endpoints.
    Set<String> readyLocal() {
        return candidates.stream().filter(candidate -> candidate.ready && candidate.local).map(candidate -> candidate.endpoint.address()).collect(Collectors.toSet());
    }

    private List<Endpoint> readyOrServing(Predicate<Candidate> amongReady, Predicate<Candidate> amongServing) {
        var ready = candidates.stream().filter(Candidate::ready).filter(amongReady).map(Candidate::endpoint).toList();
        return !ready.isEmpty() ? ready : candidates.stream().filter(candidate -> candidate.serving && candidate.terminating)
                .filter(amongServing).map(Candidate::endpoint).toList();
    }

    /// Node hints apply if each ready endpoint has one and one of them names this node; else zone hints by the same rule; else hints are ignored.
    private Predicate<Candidate> near() {
        if (apply(Candidate::nodes, node.name())) {
            return candidate -> candidate.nodes.contains(node.name());
        }
        if (apply(Candidate::zones, node.zone())) {
            return candidate -> candidate.zones.contains(node.zone());
        }
        return _ -> true;
    }

    private boolean apply(Function<Candidate, Set<String>> hints, String here) {
        var ready = candidates.stream().filter(Candidate::ready).map(hints).toList();
        return !here.isEmpty() && ready.stream().noneMatch(Set::isEmpty) && ready.stream().anyMatch(names -> names.contains(here));
    }
}
