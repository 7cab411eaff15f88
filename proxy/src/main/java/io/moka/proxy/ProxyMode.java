package io.moka.proxy;

import io.moka.proxy.ipvs.Ipvs;
import io.moka.proxy.ipvs.IpvsRuleSet;
import io.moka.proxy.ipvs.Scheduler;
import io.moka.proxy.iptables.Iptables;
import io.moka.proxy.iptables.IptablesRuleSet;
import io.moka.proxy.kernel.Tools;
import io.moka.proxy.model.IpFamily;
import io.moka.proxy.nftables.NftablesRuleSet;
import io.moka.proxy.userspace.UserspaceRuleSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ways to make services reachable.
enum ProxyMode {

    NFTABLES,
    IPTABLES,
    IPVS,
    USERSPACE;

    private static final Logger log = LoggerFactory.getLogger(ProxyMode.class);

    /// The settings from which the rule sets of all modes are made.
    ///
    /// @param table the name of the nftables table
    /// @param chainPrefix the prefix of the names of iptables chains
    /// @param iptablesBackend `nft`, `legacy`, or empty for the machine's default
    /// @param scheduler how IPVS chooses an endpoint
    record Settings(String podCidrs, String serviceCidrs, String table, String chainPrefix, String iptablesBackend, Scheduler scheduler, Tools tools) {

        ClusterNetwork network(IpFamily family) {
            return ClusterNetwork.of(family, podCidrs, serviceCidrs);
        }

        private NftablesRuleSet nftables(IpFamily family) {
            return new NftablesRuleSet(table, network(family), tools);
        }

        private Iptables iptables(IpFamily family) {
            return new Iptables(tools, family, iptablesBackend);
        }

        /// The interface is called after the chains' prefix, so that clusters on one machine have one each; by default it is upstream's `kube-ipvs0`.
        private IpvsRuleSet ipvs(IpFamily family) {
            return new IpvsRuleSet(table, chainPrefix.toLowerCase(Locale.ROOT) + "-ipvs0", network(family), scheduler, tools);
        }
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The rule set of this mode for the families that this machine can do.
    ///
    /// @throws IOException when the machine cannot do this mode; the message says why
    RuleSet rules(Settings settings) throws IOException {
        var families = new EnumMap<IpFamily, RuleSet>(IpFamily.class);
        for (var family : IpFamily.values()) {
            var obstacle = obstacle(family, settings);
            if (obstacle.isEmpty()) {
                families.put(family, rules(family, settings));
            } else if (family == IpFamily.IPV4) {
                throw new IOException("--proxy-mode " + word() + ": " + obstacle);
            } else {
                log.warn("services have no rules of the family {} on this node: {}", family.addressType(), obstacle);
            }
        }
        return new BothFamilies(families);
    }

    private RuleSet rules(IpFamily family, Settings settings) {
        return switch (this) {
            case NFTABLES -> settings.nftables(family);
            case IPTABLES -> new IptablesRuleSet(settings.chainPrefix, settings.network(family), settings.iptables(family));
            case USERSPACE -> new UserspaceRuleSet(settings.network(family), settings.nftables(family));
            case IPVS -> settings.ipvs(family);
        };
    }

    /// Returns the reason why this machine cannot do this mode for a family, or an empty string if it can.
    private String obstacle(IpFamily family, Settings settings) throws IOException {
        return switch (this) {
            case NFTABLES -> nftObstacle(family, settings);
            case IPTABLES -> settings.iptables(family).obstacle();
            case USERSPACE -> settings.network(family).services().isEmpty() ? "--service-cluster-ip-range names no range of it" : nftObstacle(family, settings);
            case IPVS -> {
                var obstacle = new Ipvs(settings.tools, family).obstacle();
                yield obstacle.isEmpty() ? nftObstacle(family, settings) : obstacle;
            }
        };
    }

    private static String nftObstacle(IpFamily family, Settings settings) throws IOException {
        var answer = settings.tools.run(List.of("nft", "-c", "-f", "-"), "add table " + (family == IpFamily.IPV4 ? "ip " : "ip6 ") + settings.table + "\n");
        return answer.status() == 0 ? "" : "nft does not work on this kernel: " + answer.output().strip();
    }

    /// Removes what the modes made on this machine in either family, by this process or an earlier one.
    ///
    /// @throws IOException when something was left behind; all else was removed
    static void remove(Collection<ProxyMode> modes, Settings settings) throws IOException {
        @Nullable IOException failure = null;
        for (var family : IpFamily.values()) {
            for (var leftover : leftovers(modes, family, settings)) {
                try {
                    leftover.remove();
                } catch (IOException e) {
                    failure = e;
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /// Rules of a mode that are still in the kernel.
    private interface Leftover {
        void remove() throws IOException;
    }

    /// The modes nftables, userspace and ipvs share a table. A machine without iptables holds no chains of it.
    private static List<Leftover> leftovers(Collection<ProxyMode> modes, IpFamily family, Settings settings) throws IOException {
        var leftovers = new ArrayList<Leftover>();
        if (modes.contains(NFTABLES) || modes.contains(USERSPACE)) {
            leftovers.add(settings.nftables(family)::remove);
        }
        if (modes.contains(IPTABLES) && settings.iptables(family).obstacle().isEmpty()) {
            leftovers.add(IPTABLES.rules(family, settings)::remove);
        }
        if (modes.contains(IPVS)) {
            leftovers.add(settings.ipvs(family)::removeServers);
        }
        return leftovers;
    }
}
