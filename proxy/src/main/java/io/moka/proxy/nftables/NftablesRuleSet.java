package io.moka.proxy.nftables;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.RuleSet;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.Front;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Keeps one nftables table in step with the model. Remembers what it installed, so that an update is a difference.
public final class NftablesRuleSet implements RuleSet {

    private final Table table;
    private final Tools tools;

    // the proxy loop's thread alone: what the kernel holds
    private final Map<ObjectKey, Map<Front, Backends>> installed = new HashMap<>();
    private final Map<Elements.Slot, ObjectKey> owners = new HashMap<>();
    // all that those services want which did not get a front because another has it
    private final Map<ObjectKey, Map<Front, Backends>> refused = new HashMap<>();
    private final Set<Chain> chains = new HashSet<>();
    private final Map<String, Integer> addressUses = new HashMap<>();

    public NftablesRuleSet(String tableName, String clusterCidr, String serviceCidr) {
        this(tableName, clusterCidr, serviceCidr, Tools.HERE);
    }

    NftablesRuleSet(String tableName, String clusterCidr, String serviceCidr, Tools tools) {
        this.tools = tools;
        this.table = new Table(tableName, clusterCidr, serviceCidr);
    }

    @Override
    public void replaceAll(Map<ObjectKey, Map<Front, Backends>> services) throws IOException {
        installed.clear();
        owners.clear();
        refused.clear();
        chains.clear();
        addressUses.clear();
        var transaction = new Transaction(table.name());
        services.forEach((key, fronts) -> change(transaction, key, fronts));
        tools.nft(table.definition() + transaction.script());
        UdpFlows.forgetStale(tools, everything());
    }

    @Override
    public void update(Map<ObjectKey, Map<Front, Backends>> services) throws IOException {
        var transaction = new Transaction(table.name());
        var flows = new HashMap<Front, Backends>();
        services.forEach((key, fronts) -> {
            flows.putAll(UdpFlows.affected(installed.getOrDefault(key, Map.of()), fronts));
            change(transaction, key, fronts);
        });
        handOn(transaction);
        if (!transaction.isEmpty()) {
            tools.nft(transaction.script());
        }
        UdpFlows.forgetStale(tools, flows);
    }

    private Map<Front, Backends> everything() {
        var all = new HashMap<Front, Backends>();
        installed.values().forEach(all::putAll);
        return all;
    }

    @Override
    public boolean isIntact() throws IOException {
        return tools.run(List.of("nft", "list", "chain", "ip", table.name(), "services"), "").status() == 0;
    }

    /// Takes the table away, whether it is there or not.
    public void remove() throws IOException {
        tools.nft("add table ip %1$s\ndelete table ip %1$s\n".formatted(table.name()));
    }

    private void change(Transaction transaction, ObjectKey key, Map<Front, Backends> wanted) {
        var before = installed.getOrDefault(key, Map.of());
        before.keySet().forEach(front -> owners.remove(Elements.slot(front)));
        var after = arranged(before, ours(key, wanted));
        after.keySet().forEach(front -> owners.put(Elements.slot(front), key));
        countAddresses(transaction, before, after);
        var old = elements(before);
        var fresh = elements(after);
        old.forEach((slot, value) -> {
            if (!value.equals(fresh.get(slot))) {
                transaction.delete(slot.map(), slot.key());
            }
        });
        after.forEach((front, backends) -> ensureChain(transaction, front, backends));
        fresh.forEach((slot, value) -> {
            if (!value.equals(old.get(slot))) {
                transaction.add(slot.map(), value.isEmpty() ? slot.key() : slot.key() + " : " + value);
            }
        });
        if (after.isEmpty()) {
            installed.remove(key);
        } else {
            installed.put(key, after);
        }
    }

    /// An address that two services claim (an external IP, say) stays with the first, until that lets it go.
    private Map<Front, Backends> ours(ObjectKey key, Map<Front, Backends> wanted) {
        var ours = new LinkedHashMap<>(wanted);
        if (ours.keySet().removeIf(front -> !key.equals(owners.getOrDefault(Elements.slot(front), key)))) {
            refused.put(key, wanted);
        } else {
            refused.remove(key);
        }
        return ours;
    }

    private void handOn(Transaction transaction) {
        for (var claim : List.copyOf(refused.entrySet())) {
            if (claim.getValue().keySet().stream().anyMatch(front -> !owners.containsKey(Elements.slot(front)))) {
                change(transaction, claim.getKey(), claim.getValue());
            }
        }
    }

    private static Map<Front, Backends> arranged(Map<Front, Backends> before, Map<Front, Backends> wanted) {
        var after = new LinkedHashMap<Front, Backends>();
        wanted.forEach((front, backends) -> {
            var had = before.get(front);
            after.put(front, backends.withEndpoints(Placement.arrange(had == null ? List.of() : had.endpoints(), backends.endpoints())));
        });
        return after;
    }

    private static Map<Elements.Slot, String> elements(Map<Front, Backends> fronts) {
        var elements = new LinkedHashMap<Elements.Slot, String>();
        fronts.forEach((front, backends) -> elements.putAll(Elements.of(front, backends)));
        return elements;
    }

    private void ensureChain(Transaction transaction, Front front, Backends backends) {
        if (!backends.endpoints().isEmpty()) {
            var chain = Chain.of(front, backends);
            if (chains.add(chain)) {
                transaction.chain(chain);
            }
        }
    }

    /// A pod that reaches itself through a service must be masqueraded; the set of all backends' addresses tells when.
    private void countAddresses(Transaction transaction, Map<Front, Backends> before, Map<Front, Backends> after) {
        for (var address : addresses(after)) {
            if (addressUses.merge(address, 1, Integer::sum) == 1) {
                transaction.add("own-addresses", address + " . " + address);
            }
        }
        for (var address : addresses(before)) {
            if (addressUses.merge(address, -1, Integer::sum) == 0) {
                addressUses.remove(address);
                transaction.delete("own-addresses", address + " . " + address);
            }
        }
    }

    private static Set<String> addresses(Map<Front, Backends> fronts) {
        var addresses = new HashSet<String>();
        fronts.values().forEach(backends -> backends.endpoints().stream().map(Endpoint::address).forEach(addresses::add));
        return addresses;
    }
}
