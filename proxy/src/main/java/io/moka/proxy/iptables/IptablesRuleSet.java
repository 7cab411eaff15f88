package io.moka.proxy.iptables;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.ClusterNetwork;
import io.moka.proxy.RefusedSearch;
import io.moka.proxy.RuleSet;
import io.moka.proxy.conntrack.UdpFlows;
import io.moka.proxy.kernel.RulesRefusedException;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Cidr;
import io.moka.proxy.model.Front;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Keeps the chains of iptables in step with the model.
public final class IptablesRuleSet implements RuleSet {

    private final Names names;
    private final ClusterNetwork network;
    private final Iptables iptables;
    private final UdpFlows udp;

    // the proxy loop's thread alone: what the kernel holds
    private Map<ObjectKey, Map<Front, Backends>> installed = new LinkedHashMap<>();
    private Map<ObjectKey, ServiceRules> rules = new LinkedHashMap<>();
    private List<String> nodeAddresses = List.of();

    /// @param prefix the prefix of the names of all chains, at most six letters
    public IptablesRuleSet(String prefix, ClusterNetwork network, Iptables iptables) {
        this.names = new Names(prefix);
        this.network = network;
        this.iptables = iptables;
        this.udp = new UdpFlows(network.family(), iptables.tools());
    }

    @Override
    public void nodePortsOn(List<String> ranges) {
        nodeAddresses = Cidr.disjoint(ranges, network.family());
        udp.nodePortsOn(ranges);
    }

    @Override
    public void replaceAll(Map<ObjectKey, Map<Front, Backends>> services) throws IOException {
        installed = new LinkedHashMap<>();
        rules = new LinkedHashMap<>();
        var saved = iptables.saved();
        apply(services, names.among(saved.get("nat")), RestoreScript.jumps(names, saved, false));
        var all = new HashMap<Front, Backends>();
        installed.values().forEach(all::putAll);
        udp.forgetStale(all);
    }

    @Override
    public void update(Map<ObjectKey, Map<Front, Backends>> services) throws IOException {
        var flows = new HashMap<Front, Backends>();
        services.forEach((key, fronts) -> flows.putAll(UdpFlows.affected(installed.getOrDefault(key, Map.of()), fronts)));
        if (services.entrySet().stream().anyMatch(entry -> !entry.getValue().equals(installed.getOrDefault(entry.getKey(), Map.of())))) {
            apply(services, List.of(), List.of());
        }
        udp.forgetStale(flows);
    }

    /// @param known chains of the table `nat` that may be there from earlier
    /// @param missing rules of built-in chains that are not there yet
    private void apply(Map<ObjectKey, Map<Front, Backends>> services, List<String> known, List<RestoreScript.Jump> missing) throws IOException {
        var wantedRules = new LinkedHashMap<>(rules);
        services.forEach((key, fronts) -> {
            if (fronts.isEmpty()) {
                wantedRules.remove(key);
            } else {
                wantedRules.put(key, of(key, fronts));
            }
        });
        var changed = services.keySet().stream().filter(wantedRules::containsKey).map(wantedRules::get).toList();
        try {
            iptables.restore(script().text(wantedRules.values(), changed, stale(wantedRules, services.keySet(), known), missing));
        } catch (RulesRefusedException e) {
            throw RefusedSearch.explain(e, network.family(), services, this::check);
        }
        rules = wantedRules;
        services.forEach((key, fronts) -> {
            if (fronts.isEmpty()) {
                installed.remove(key);
            } else {
                installed.put(key, fronts);
            }
        });
    }

    private Set<String> stale(Map<ObjectKey, ServiceRules> wanted, Set<ObjectKey> changed, List<String> known) {
        var stale = new HashSet<>(known);
        changed.forEach(key -> stale.addAll(rules.containsKey(key) ? rules.get(key).chains().keySet() : Set.of()));
        stale.removeAll(Set.of(names.services(), names.nodePorts(), names.postrouting(), names.markMasquerade()));
        changed.stream().filter(wanted::containsKey).forEach(key -> stale.removeAll(wanted.get(key).chains().keySet()));
        return stale;
    }

    private ServiceRules of(ObjectKey key, Map<Front, Backends> fronts) {
        return ServiceRules.of(names, key, fronts, network.pods(), nodeAddresses);
    }

    private RestoreScript script() {
        return new RestoreScript(names, network, nodeAddresses);
    }

    private void check(Map<ObjectKey, Map<Front, Backends>> services) throws IOException {
        var all = services.entrySet().stream().filter(entry -> !entry.getValue().isEmpty()).map(entry -> of(entry.getKey(), entry.getValue())).toList();
        iptables.test(script().text(all, all, List.of(), List.of()));
    }

    @Override
    public void settle() throws IOException {
        udp.settle();
    }

    @Override
    public boolean isIntact() throws IOException {
        for (var jump : RestoreScript.jumps(names)) {
            if (!iptables.run(jump.table(), jump.command("-C"))) {
                return false;
            }
        }
        boolean dispatches = !nodeAddresses.isEmpty() || rules.values().stream().anyMatch(some -> !some.dispatch().isEmpty());
        return iptables.hasRules("nat", names.postrouting()) && (!dispatches || iptables.hasRules("nat", names.services()));
    }

    @Override
    public String describe(Front front) {
        for (var entry : installed.entrySet()) {
            if (entry.getValue().containsKey(front)) {
                return describe(front, entry.getKey());
            }
        }
        return front + ": no service has this front; no rule names it";
    }

    private String describe(Front front, ObjectKey service) {
        var own = of(service, Map.of(front, installed.get(service).get(front)));
        var lines = new StringBuilder(front + " of service " + service + ", iptables\n");
        own.firewall().forEach(rule -> lines.append("  filter: -A ").append(names.firewall()).append(' ').append(rule).append('\n'));
        own.dispatch().forEach(rule -> lines.append("  nat: -A ").append(names.services()).append(' ').append(rule).append('\n'));
        own.nodePortDispatch().forEach(rule -> lines.append("  nat: -A ").append(names.nodePorts()).append(' ').append(rule).append('\n'));
        own.chains().forEach((chain, chainRules) -> chainRules.forEach(rule -> lines.append("    nat: -A ").append(chain).append(' ').append(rule).append('\n')));
        Stream.concat(own.unserved().stream(), own.unservedExternal().stream()).forEach(rule -> lines.append("  filter: ").append(rule).append('\n'));
        return lines.toString();
    }

    @Override
    public List<String> held(Front front) throws IOException {
        for (var entry : installed.entrySet()) {
            if (entry.getValue().containsKey(front)) {
                var chains = of(entry.getKey(), Map.of(front, entry.getValue().get(front))).chains().keySet();
                // a front without endpoints has no chain; its rules name the service in their comments
                var comment = entry.getKey().toString();
                return iptables.saved().values().stream().flatMap(List::stream).filter(line -> line.startsWith("-A") && (chains.isEmpty()
                        ? line.contains(comment) && line.contains("--dport " + front.port() + " ") : chains.stream().anyMatch(line::contains))).toList();
            }
        }
        return List.of();
    }

    @Override
    public void remove() throws IOException {
        var saved = iptables.saved();
        var jumps = RestoreScript.jumps(names, saved, true);
        var script = new StringBuilder();
        for (var table : List.of("nat", "filter")) {
            var chains = names.among(saved.get(table));
            if (!chains.isEmpty()) {
                script.append(RestoreScript.removal(table, chains, jumps));
            }
        }
        if (!script.isEmpty()) {
            iptables.restore(script.toString());
        }
        installed = new LinkedHashMap<>();
        rules = new LinkedHashMap<>();
    }
}
