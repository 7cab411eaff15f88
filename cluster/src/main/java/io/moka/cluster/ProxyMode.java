package io.moka.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// The proxy's modes that `moka up` accepts.
enum ProxyMode {

    NFTABLES,
    IPTABLES,
    IPVS,
    USERSPACE;

    /// The mode as the proxy's flag and the settings have it.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// @throws ClusterException when this machine cannot do the mode; the proxy itself looks more closely when it starts
    void require() {
        switch (this) {
            case IPVS -> {
                if (!hasIpvs()) {
                    throw new ClusterException("--proxy-mode ipvs: this kernel has no IPVS (CONFIG_IP_VS); use --proxy-mode nftables");
                }
                if (!Packages.isThere("ipvsadm")) {
                    throw new ClusterException("--proxy-mode ipvs: there is no ipvsadm on this machine (apt-get install ipvsadm)");
                }
            }
            case IPTABLES -> {
                if (!Packages.isThere("iptables-restore")) {
                    throw new ClusterException("--proxy-mode iptables: there is no iptables-restore on this machine (apt-get install iptables)");
                }
            }
            case NFTABLES, USERSPACE -> { }
        }
    }

    /// Whether the kernel has it, or has a module for it that `ipvsadm` will have loaded.
    private static boolean hasIpvs() {
        return Files.exists(Path.of("/proc/net/ip_vs")) || Files.exists(Path.of("/lib/modules", System.getProperty("os.version"), "kernel/net/netfilter/ipvs"));
    }
}
