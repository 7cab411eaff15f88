package io.moka.proxy.model;

import java.util.List;

/// The endpoints behind a front, and how a connection finds its way to one.
///
/// @param affinitySeconds how long a client stays with its endpoint; 0 for a new choice with each connection
/// @param keepsSource whether the endpoint must see the client's own address (`externalTrafficPolicy: Local`)
public record Backends(List<Endpoint> endpoints, int affinitySeconds, boolean keepsSource) {

    public Backends withEndpoints(List<Endpoint> ordered) {
        return new Backends(ordered, affinitySeconds, keepsSource);
    }
}
