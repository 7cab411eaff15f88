package io.moka.proxy.nftables;

import io.moka.machinery.client.Json;
import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.ClusterNetwork;
import io.moka.proxy.RefusedSearch;
import io.moka.proxy.RuleSet;
import io.moka.proxy.conntrack.UdpFlows;
import io.moka.proxy.kernel.RulesRefusedException;
import io.moka.proxy.kernel.Tools;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Cidr;
import io.moka.proxy.model.Front;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Keeps one nftables table in step with the model. Remembers the installed elements, so that an update writes only the difference.
public final class NftablesRuleSet implements RuleSet {

    private final ClusterNetwork network;
    private final Tools tools;
    private final UdpFlows udp;

    // the proxy loop's thread alone
    private Table table;
    private Installed installed;
    // how many rules the chains had that are always there
    private int fixedRules;

    public NftablesRuleSet(String tableName, ClusterNetwork network, Tools tools) {
        this(tableName, network, tools, Balancing.NFTABLES);
    }

    public NftablesRuleSet(String tableName, ClusterNetwork network, Tools tools, Balancing balancing) {
        this.network = network;
        this.tools = tools;
        this.udp = new UdpFlows(network.family(), tools);
        this.table = new Table(tableName, network, List.of(), balancing);
        this.installed = new Installed(table);
    }

    @Override
    public void nodePortsOn(List<String> ranges) {
        table = table.withNodeAddresses(Cidr.disjoint(ranges, network.family()));
        udp.nodePortsOn(ranges);
    }

    /// The kernel replaces a table in one transaction, but a packet that is on its way through the chains just then may see the new chain as it was before the
    /// transaction (empty), and the old one as it is after it (empty, too): a new connection would not be led to an endpoint. So another table with the same rules
    /// is there meanwhile, unless there is nothing to replace.
    @Override
    public void replaceAll(Map<ObjectKey, Map<Front, Backends>> services) throws IOException {
        boolean present = isPresent();
        try {
            if (present) {
                var standIn = table.standIn();
                tools.nft(behind(standIn.definition(), new Installed(standIn).change(services)));
            }
            installed = new Installed(table);
            tools.nft(behind(table.definition(), installed.change(services)));
        } catch (RulesRefusedException e) {
            throw RefusedSearch.explain(e, network.family(), services, this::check);
        } finally {
            if (present) {
                tools.nft(table.standIn().removal());
            }
        }
        installed.keep();
        fixedRules = fixedRules();
        udp.forgetStale(installed.everything());
    }

    /// Whether the kernel has the table, of this process or an earlier one.
    private boolean isPresent() throws IOException {
        return tools.read(List.of("nft", "list", "tables", table.words().ip())).lines().anyMatch(("table " + table.path())::equals);
    }

    @Override
    public void update(Map<ObjectKey, Map<Front, Backends>> services) throws IOException {
        var before = new HashMap<ObjectKey, Map<Front, Backends>>();
        services.keySet().forEach(key -> before.put(key, installed.of(key)));
        var transaction = installed.change(services);
        try {
            apply(transaction);
        } catch (RulesRefusedException e) {
            installed.undo();
            throw RefusedSearch.explain(e, network.family(), services, this::check);
        }
        var flows = new HashMap<Front, Backends>();
        before.forEach((key, fronts) -> flows.putAll(UdpFlows.affected(fronts, installed.of(key))));
        udp.forgetStale(flows);
    }

    @Override
    public void settle() throws IOException {
        apply(installed.settle());
        udp.settle();
    }

    private void apply(Transaction transaction) throws IOException {
        if (!transaction.isEmpty()) {
            tools.nft(transaction.script());
        }
    }

    private static List<CharSequence> behind(String first, Transaction transaction) {
        var script = new ArrayList<CharSequence>(List.of(first));
        script.addAll(transaction.script());
        return script;
    }

    /// A check costs one start of nft, in a table that no packet meets.
    private void check(Map<ObjectKey, Map<Front, Backends>> services) throws IOException {
        var scratch = table.scratch();
        try {
            tools.nft(behind(scratch.mapsAlone(), new Installed(scratch).change(services)));
        } finally {
            tools.nft(scratch.removal());
        }
    }

    /// Whether all rules of the fixed chains are there, and the elements of one service: a flush takes all rules of a chain, or all elements of a map.
    /// The elements are deleted in a transaction that nft only checks; to ask for one, nft 1.0.6 would read all elements of its map.
    @Override
    public boolean isIntact() throws IOException {
        if (fixedRules() != fixedRules) {
            return false;
        }
        var transaction = new Transaction(table);
        installed.sample().forEach(slot -> transaction.delete(slot.map(), slot.key()));
        return transaction.isEmpty() || tools.run(List.of("nft", "-c", "-f", "-"), String.join("", transaction.script())).status() == 0;
    }

    /// Asks for the rules of all tables, since of a single table nft 1.0.6 reads the elements, too, which takes seconds.
    private int fixedRules() throws IOException {
        int count = 0;
        for (var entry : Json.mapper().readTree(tools.read(List.of("nft", "-j", "-t", "list", "ruleset", table.words().ip()))).path("nftables")) {
            var rule = entry.path("rule");
            count += rule.path("table").asText().equals(table.name()) && Table.CHAINS.contains(rule.path("chain").asText()) ? 1 : 0;
        }
        return count;
    }

    @Override
    public String describe(Front front) {
        var owner = installed.owner(front);
        return owner == null ? front + ": no service has this front; table " + table.path() + " has no element for it"
                : new Description(table, owner, front, installed.of(owner).getOrDefault(front, new Backends(List.of(), 0, false))).text();
    }

    @Override
    public List<String> held(Front front) throws IOException {
        var owner = installed.owner(front);
        var backends = owner == null ? null : installed.of(owner).get(front);
        var keys = new LinkedHashMap<String, List<String>>();
        if (backends != null) {
            Elements.of(table, front, backends).keySet().forEach(slot -> keys.computeIfAbsent(slot.map(), map -> new ArrayList<>()).add(slot.key()));
        }
        var held = new ArrayList<String>();
        for (var entry : keys.entrySet()) {
            var answer = tools.run(List.of("nft", "get", "element", table.words().ip(), table.name(), entry.getKey(), "{ " + String.join(", ", entry.getValue()) + " }"), "");
            if (answer.status() == 0) {
                held.add(entry.getKey() + " " + elements(answer.output()));
            }
        }
        return held;
    }

    /// The part in braces of what nft shows, in one line.
    private static String elements(String output) {
        int start = output.indexOf("elements = ");
        return start < 0 ? "" : output.substring(start + "elements = ".length(), output.indexOf('}', start) + 1).replaceAll("\\s+", " ");
    }

    @Override
    public void remove() throws IOException {
        tools.nft(table.removal() + table.standIn().removal());
        installed = new Installed(table);
    }
}
