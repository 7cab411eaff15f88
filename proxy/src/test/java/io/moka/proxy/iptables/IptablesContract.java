package io.moka.proxy.iptables;

import io.moka.proxy.ClusterNetwork;
import io.moka.proxy.RuleSet;
import io.moka.proxy.contract.RuleSetContract;
import io.moka.proxy.model.IpFamily;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;

/// The contract in mode iptables, for a back end.
abstract class IptablesContract extends RuleSetContract {

    private final String backend;

    IptablesContract(String backend) {
        this.backend = backend;
    }

    @Override
    protected RuleSet open(ClusterNetwork network) {
        return new IptablesRuleSet("KUBE", network, iptables(network.family()));
    }

    private Iptables iptables(IpFamily family) {
        return new Iptables(lan.nodeNamespace().tools(), family, backend);
    }

    /// The rules without their places: a service that was changed is written behind the others. Built-in chains stay, with or without rules.
    @Override
    protected String leftovers() throws IOException {
        var lines = new TreeSet<String>();
        for (var program : List.of("iptables", "ip6tables")) {
            lan.nodeNamespace().run(program + "-" + backend + "-save").lines().filter(line -> line.contains("KUBE")).map(line -> line.replaceFirst(" \\[.*", "")).forEach(lines::add);
        }
        return String.join("\n", lines);
    }

    @Override
    protected void wipe() throws IOException {
        lan.nodeNamespace().run("iptables-" + backend, "-t", "nat", "-F");
    }
}
