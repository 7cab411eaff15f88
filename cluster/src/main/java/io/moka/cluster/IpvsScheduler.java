package io.moka.cluster;

import java.util.Locale;

/// The algorithms that `moka up --ipvs-scheduler` accepts. The kernel's names; the proxy describes them.
enum IpvsScheduler {

    RR,
    WRR,
    LC,
    WLC,
    SH;

    /// The scheduler as the proxy's flag and the settings have it.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// @throws ClusterException when the cluster's proxy mode has no scheduler
    static void requireMode(String proxyMode) {
        if (!proxyMode.equals(ProxyMode.IPVS.word())) {
            throw new ClusterException("--ipvs-scheduler has no effect in proxy mode " + proxyMode + "; give --proxy-mode ipvs, too");
        }
    }
}
