package io.moka.proxy.iptables;

import io.moka.proxy.ClusterNetwork;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes an input of `iptables-restore --noflush`: both tables, with the chains that list all services rewritten.
final class RestoreScript {

    private static final String MASQUERADE_MARK = "0x4000";

    /// A rule of a built-in chain that jumps to one of the proxy's chains.
    record Jump(String table, String chain, List<String> rule) {

        List<String> command(String verb) {
            var command = new ArrayList<>(List.of(verb, chain));
            command.addAll(rule);
            return command;
        }

        String line(String verb) {
            return String.join(" ", command(verb));
        }
    }

    private final Names names;
    private final ClusterNetwork network;
    private final List<String> nodeAddresses;

    RestoreScript(Names names, ClusterNetwork network, List<String> nodeAddresses) {
        this.names = names;
        this.network = network;
        this.nodeAddresses = nodeAddresses;
    }

    static List<Jump> jumps(Names names) {
        var jumps = new ArrayList<Jump>();
        for (var chain : List.of("PREROUTING", "OUTPUT")) {
            jumps.add(new Jump("nat", chain, List.of("-j", names.services())));
        }
        jumps.add(new Jump("nat", "POSTROUTING", List.of("-j", names.postrouting())));
        jumps.add(new Jump("filter", "FORWARD", List.of("-j", names.forward())));
        for (var chain : List.of("FORWARD", "OUTPUT")) {
            jumps.add(newConnections(chain, names.services()));
        }
        for (var chain : List.of("INPUT", "FORWARD", "OUTPUT")) {
            jumps.add(newConnections(chain, names.external()));
            jumps.add(newConnections(chain, names.firewall()));
        }
        return jumps;
    }

    private static Jump newConnections(String from, String to) {
        return new Jump("filter", from, List.of("-m", "conntrack", "--ctstate", "NEW", "-j", to));
    }

    /// @param all the rules of all services
    /// @param changed the rules of the services whose own chains are rewritten
    /// @param stale chains of the table `nat` to remove
    /// @param missing rules of built-in chains to put before the others
    String text(Collection<ServiceRules> all, Collection<ServiceRules> changed, Collection<String> stale, Collection<Jump> missing) {
        var nat = new LinkedHashMap<String, List<String>>();
        nat.put(names.services(), new ArrayList<>());
        nat.put(names.nodePorts(), new ArrayList<>(List.of("-d " + ServiceRules.loopback(network.family()) + " -j RETURN")));
        nat.put(names.markMasquerade(), List.of("-j MARK --or-mark " + MASQUERADE_MARK));
        nat.put(names.postrouting(), List.of("-m mark ! --mark " + MASQUERADE_MARK + "/" + MASQUERADE_MARK + " -j RETURN",
                "-j MARK --xor-mark " + MASQUERADE_MARK, "-j MASQUERADE --random-fully"));
        var filter = new LinkedHashMap<String, List<String>>();
        filter.put(names.services(), new ArrayList<>());
        filter.put(names.external(), new ArrayList<>(List.of("-d " + ServiceRules.loopback(network.family()) + " -j RETURN")));
        filter.put(names.firewall(), new ArrayList<>());
        filter.put(names.forward(), List.of("-m mark --mark " + MASQUERADE_MARK + "/" + MASQUERADE_MARK + " -j ACCEPT", "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"));
        for (var rules : all) {
            nat.get(names.services()).addAll(rules.dispatch());
            nat.get(names.nodePorts()).addAll(rules.nodePortDispatch());
            filter.get(names.services()).addAll(rules.unserved());
            filter.get(names.external()).addAll(rules.unservedExternal());
            filter.get(names.firewall()).addAll(rules.firewall());
        }
        nodeAddresses.forEach(range -> nat.get(names.services()).add("-d " + range + " -m addrtype --dst-type LOCAL -j " + names.nodePorts()));
        network.services().forEach(range -> filter.get(names.services()).addAll(List.of("-d " + range + " -p tcp" + ServiceRules.REFUSE_TCP, "-d " + range + ServiceRules.REFUSE)));
        changed.forEach(rules -> nat.putAll(rules.chains()));
        return table("filter", filter, List.of(), lines("filter", "-I", missing)) + table("nat", nat, stale, lines("nat", "-I", missing));
    }

    private static List<String> lines(String table, String verb, Collection<Jump> jumps) {
        return jumps.stream().filter(jump -> jump.table.equals(table)).map(jump -> jump.line(verb)).toList();
    }

    private static String table(String name, Map<String, List<String>> chains, Collection<String> stale, List<String> more) {
        var text = new StringBuilder("*").append(name).append('\n');
        chains.keySet().forEach(chain -> text.append(':').append(chain).append(" - [0:0]\n"));
        stale.forEach(chain -> text.append(':').append(chain).append(" - [0:0]\n"));
        chains.forEach((chain, rules) -> rules.forEach(rule -> text.append("-A ").append(chain).append(' ').append(rule).append('\n')));
        more.forEach(line -> text.append(line).append('\n'));
        stale.forEach(chain -> text.append("-X ").append(chain).append('\n'));
        return text.append("COMMIT\n").toString();
    }

    /// Returns the input that removes these chains of a table, and these jumps from built-in chains to them.
    static String removal(String table, Collection<String> chains, Collection<Jump> jumps) {
        return table(table, Map.of(), chains, lines(table, "-D", jumps));
    }

    /// Returns those of the proxy's jumps that the saved lines of each table contain or, if `present` is false, lack.
    static List<Jump> jumps(Names names, Map<String, List<String>> saved, boolean present) {
        return jumps(names).stream().filter(jump -> saved.get(jump.table).contains(jump.line("-A")) == present).toList();
    }
}
