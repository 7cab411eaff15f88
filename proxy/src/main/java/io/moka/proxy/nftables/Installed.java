package io.moka.proxy.nftables;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Front;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The content of the kernel's table, as last written by this process. Computes the transaction from there to the wanted content, and can
/// undo the last change. Belongs to one thread.
final class Installed {

    private final Table table;
    private final Map<ObjectKey, Map<Front, Backends>> services = new HashMap<>();
    private final Map<Elements.Slot, ObjectKey> owners = new HashMap<>();
    // all wanted fronts of the services that lack at least one front because another service has it
    private final Map<ObjectKey, Map<Front, Backends>> waiting = new HashMap<>();
    // elements beyond the services' own, which packets that are on their way may still look up
    private final Map<ObjectKey, Map<Elements.Slot, String>> spares = new HashMap<>();
    // how many fronts lead to a chain, and how many have an endpoint with an address; never 0
    private final Map<Chain, Integer> chainUses = new HashMap<>();
    private final Map<String, Integer> addressUses = new HashMap<>();
    // the steps that take back the last change in the six above, the last step first
    private final Deque<Runnable> undo = new ArrayDeque<>();

    Installed(Table table) {
        this.table = table;
    }

    Map<Front, Backends> of(ObjectKey service) {
        return services.getOrDefault(service, Map.of());
    }

    Map<Front, Backends> everything() {
        var all = new HashMap<Front, Backends>();
        services.values().forEach(all::putAll);
        return all;
    }

    /// Returns the service that has the front; null if none has it.
    @Nullable ObjectKey owner(Front front) {
        return owners.get(Elements.slot(front));
    }

    /// Returns some elements that the table must hold, one of each map; none if there are no services.
    Collection<Elements.Slot> sample() {
        var byMap = new HashMap<String, Elements.Slot>();
        services.values().stream().findAny().ifPresent(fronts -> elements(fronts).keySet().forEach(slot -> byMap.putIfAbsent(slot.map(), slot)));
        return byMap.values();
    }

    /// Records the wanted fronts of these services, and returns the transaction that writes them to the kernel's table.
    Transaction change(Map<ObjectKey, Map<Front, Backends>> wanted) {
        undo.clear();
        var transaction = new Transaction(table);
        var chainsBefore = Set.copyOf(chainUses.keySet());
        wanted.forEach((key, fronts) -> change(transaction, key, fronts));
        handOn(transaction);
        chainUses.keySet().stream().filter(chain -> !chainsBefore.contains(chain)).forEach(transaction::addChain);
        chainsBefore.stream().filter(chain -> !chainUses.containsKey(chain)).forEach(transaction::deleteChain);
        return transaction;
    }

    /// Returns the transaction that deletes the elements that no packet looks up any more, some time after the last change.
    Transaction settle() {
        undo.clear();
        var transaction = new Transaction(table);
        spares.values().forEach(spare -> spare.keySet().forEach(slot -> transaction.delete(slot.map(), slot.key())));
        spares.clear();
        return transaction;
    }

    /// Makes the last change final: drops the steps that would undo it, which take as much memory as the change.
    void keep() {
        undo.clear();
    }

    /// Undoes the last change.
    void undo() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
    }

    private void change(Transaction transaction, ObjectKey key, Map<Front, Backends> wanted) {
        var before = of(key);
        before.keySet().forEach(front -> set(owners, Elements.slot(front), null));
        var after = arranged(before, ours(key, wanted));
        after.keySet().forEach(front -> set(owners, Elements.slot(front), key));
        countAddresses(transaction, before, after);
        chains(after).forEach(chain -> count(chainUses, chain, 1));
        chains(before).forEach(chain -> count(chainUses, chain, -1));
        var old = elements(before);
        old.putAll(spares.getOrDefault(key, Map.of()));
        var spare = new HashMap<Elements.Slot, String>();
        after.forEach((front, backends) -> spare.putAll(Elements.spare(table, front, backends, old.keySet())));
        set(spares, key, spare.isEmpty() ? null : spare);
        var fresh = elements(after);
        fresh.putAll(spare);
        old.forEach((slot, value) -> {
            if (!value.equals(fresh.get(slot))) {
                transaction.delete(slot.map(), slot.key());
            }
        });
        fresh.forEach((slot, value) -> {
            if (!value.equals(old.get(slot))) {
                transaction.add(slot.map(), value.isEmpty() ? slot.key() : slot.key() + " : " + value);
            }
        });
        set(services, key, after.isEmpty() ? null : after);
    }

    /// Sets the value or, with null, removes it, and records the step that undoes this.
    private <K, V> void set(Map<K, V> map, K key, @Nullable V value) {
        var before = value == null ? map.remove(key) : map.put(key, value);
        undo.push(() -> {
            if (before == null) {
                map.remove(key);
            } else {
                map.put(key, before);
            }
        });
    }

    /// Returns the wanted fronts that no other service has. An address that two services claim, such as an external IP, stays with the first.
    private Map<Front, Backends> ours(ObjectKey key, Map<Front, Backends> wanted) {
        var ours = new LinkedHashMap<>(wanted);
        boolean lacks = ours.keySet().removeIf(front -> !key.equals(owners.getOrDefault(Elements.slot(front), key)));
        set(waiting, key, lacks ? wanted : null);
        return ours;
    }

    private void handOn(Transaction transaction) {
        for (var claim : List.copyOf(waiting.entrySet())) {
            if (claim.getValue().keySet().stream().anyMatch(front -> !owners.containsKey(Elements.slot(front)))) {
                change(transaction, claim.getKey(), claim.getValue());
            }
        }
    }

    private static Map<Front, Backends> arranged(Map<Front, Backends> before, Map<Front, Backends> wanted) {
        var after = new LinkedHashMap<Front, Backends>();
        wanted.forEach((front, backends) -> {
            var had = before.getOrDefault(front, backends.empty());
            var endpoints = Placement.arrange(had.endpoints(), backends.endpoints());
            var everywhere = backends.everywhere().equals(backends.endpoints()) ? endpoints : Placement.arrange(had.everywhere(), backends.everywhere());
            after.put(front, backends.withEndpoints(endpoints, everywhere));
        });
        return after;
    }

    private Map<Elements.Slot, String> elements(Map<Front, Backends> fronts) {
        var elements = new LinkedHashMap<Elements.Slot, String>();
        fronts.forEach((front, backends) -> elements.putAll(Elements.of(table, front, backends)));
        return elements;
    }

    private List<Chain> chains(Map<Front, Backends> fronts) {
        return fronts.entrySet().stream().flatMap(entry -> View.of(entry.getKey(), entry.getValue()).stream().filter(view -> !view.endpoints().isEmpty())
                .map(view -> Chain.of(table, entry.getKey(), entry.getValue(), view))).toList();
    }

    /// Updates the set of the addresses of this node's endpoints, by which a pod's connection to itself through a service is found and masqueraded.
    private void countAddresses(Transaction transaction, Map<Front, Backends> before, Map<Front, Backends> after) {
        for (var address : addresses(after)) {
            if (count(addressUses, address, 1) == 1) {
                transaction.add("own-addresses", address + " . " + address);
            }
        }
        for (var address : addresses(before)) {
            if (count(addressUses, address, -1) == 0) {
                transaction.delete("own-addresses", address + " . " + address);
            }
        }
    }

    private <K> int count(Map<K, Integer> counts, K key, int change) {
        int uses = counts.getOrDefault(key, 0) + change;
        set(counts, key, uses == 0 ? null : uses);
        return uses;
    }

    private static Set<String> addresses(Map<Front, Backends> fronts) {
        var addresses = new HashSet<String>();
        fronts.values().forEach(backends -> addresses.addAll(backends.here()));
        return addresses;
    }
}
