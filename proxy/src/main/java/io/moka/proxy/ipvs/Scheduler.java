package io.moka.proxy.ipvs;

import java.util.Locale;

/// The algorithm by which IPVS chooses an endpoint. All endpoints of a service have the same weight, as Kubernetes knows no others.
public enum Scheduler {

    /// One after the other.
    RR,
    /// One after the other, by weight.
    WRR,
    /// The endpoint with the fewest connections.
    LC,
    /// The endpoint with the fewest connections, by weight.
    WLC,
    /// The endpoint that a hash of the client's address selects.
    SH;

    /// The kernel's word.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The options of a virtual service. A hash may lead to an endpoint that is about to go, and then has to take another.
    String options() {
        return "-s " + word() + (this == SH ? " -b sh-fallback" : "");
    }
}
