package io.moka.proxy.policy.nftables;

import io.moka.proxy.policy.model.Address;
import io.moka.proxy.policy.model.Allowance;
import io.moka.proxy.policy.model.Box;
import io.moka.proxy.policy.model.Isolation;
import io.moka.proxy.policy.model.Ports;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The kernel's state of one address family's table; computes the script that turns it into the wanted state. Immutable: the next state replaces this one when
/// the kernel has accepted the script.
///
/// @param present whether the table exists
record FamilyRules(PolicyTable table, boolean present, Map<Isolation.Key, Installed> installed) {

    /// @param number distinguishes the isolation's chain and sets from those of other isolations
    record Installed(int number, Isolation isolation) {
    }

    /// A script, and the kernel's state after it.
    record Step(String script, FamilyRules after) {
    }

    static FamilyRules none(PolicyTable table) {
        return new FamilyRules(table, false, Map.of());
    }

    /// Returns the script that replaces the whole table.
    ///
    /// @param hooked whether packets pass through the rules
    Step replacement(Collection<Isolation> wanted, boolean hooked) {
        boolean needed = table.family() == Address.Family.IPV4 || wanted.stream().anyMatch(this::isMeant);
        if (!needed) {
            return new Step(table.removal(), none(table));
        }
        var step = new FamilyRules(table, true, Map.of()).step(wanted);
        return new Step(table.removal() + table.definition(hooked) + step.script, step.after);
    }

    /// Returns the script that changes only the differences.
    Step change(Collection<Isolation> wanted) {
        if (!present) {
            return wanted.stream().anyMatch(this::isMeant) ? replacement(wanted, true) : new Step("", this);
        }
        return step(wanted);
    }

    private boolean isMeant(Isolation isolation) {
        return isolation.pods().stream().anyMatch(this::isOurs);
    }

    private boolean isOurs(Address address) {
        return address.family() == table.family();
    }

    private Step step(Collection<Isolation> wanted) {
        var script = new Script(table);
        var after = new HashMap<Isolation.Key, Installed>();
        var numbers = new BitSet();
        installed.values().forEach(held -> numbers.set(held.number));
        for (var isolation : wanted) {
            if (isMeant(isolation)) {
                var held = installed.get(isolation.key());
                int number = held == null ? numbers.nextClearBit(0) : held.number;
                numbers.set(number);
                after.put(isolation.key(), new Installed(number, isolation));
                if (held == null) {
                    script.define(table.isolation(isolation.direction(), number));
                }
                if (held == null || held.isolation != isolation) {
                    change(script, number, held == null ? null : held.isolation, isolation);
                }
            }
        }
        installed.forEach((key, held) -> {
            if (!after.containsKey(key)) {
                held.isolation.pods().stream().filter(this::isOurs).forEach(pod -> script.delete(PolicyTable.map(key.direction()), pod.toString()));
                script.remove(table.isolationRemoval(key.direction(), held.number));
            }
        });
        changeThemselves(script, isolated(installed), isolated(after));
        return new Step(script.text(), new FamilyRules(table, true, after));
    }

    private void change(Script script, int number, @Nullable Isolation before, Isolation after) {
        var chain = PolicyTable.chain(after.direction(), number);
        var old = before == null ? new Allowance(Set.of(), Set.of(), List.of()) : before.allowed();
        differ(script, PolicyTable.map(after.direction()), before == null ? Set.of() : before.pods(), after.pods(), this::isOurs, Address::toString, " : jump " + chain);
        differ(script, chain + "-hosts", old.hosts(), after.allowed().hosts(), this::isOurs, Address::toString, "");
        differ(script, chain + "-ports", old.ports(), after.allowed().ports(), port -> isOurs(port.peer()), FamilyRules::element, "");
        differ(script, chain + "-boxes", Set.copyOf(old.boxes()), Set.copyOf(after.allowed().boxes()), box -> isOurs(box.peers().first()), FamilyRules::element, "");
    }

    private static <T> void differ(Script script, String set, Set<T> before, Set<T> after, Predicate<T> isOurs, Function<T, String> text, String value) {
        before.stream().filter(isOurs).filter(element -> !after.contains(element)).forEach(element -> script.delete(set, text.apply(element)));
        after.stream().filter(isOurs).filter(element -> !before.contains(element)).forEach(element -> script.add(set, text.apply(element) + value));
    }

    private Set<Address> isolated(Map<Isolation.Key, Installed> state) {
        var isolated = new TreeSet<Address>();
        state.values().forEach(held -> held.isolation.pods().stream().filter(this::isOurs).forEach(isolated::add));
        return isolated;
    }

    /// Updates the set `themselves`: a policy never blocks a pod's traffic to itself.
    private void changeThemselves(Script script, Set<Address> before, Set<Address> after) {
        differ(script, "themselves", before, after, this::isOurs, address -> address + " . " + address, "");
    }

    private static String element(Allowance.PeerPort port) {
        return port.peer() + " . " + port.protocol().word() + " . " + port.port();
    }

    private static String element(Box box) {
        return box.peers() + " . " + switch (box.ports()) {
            case Ports.Any any -> "0-255 . 0-65535";
            case Ports.Span(var protocol, int first, int last) -> protocol.word() + " . " + (first == last ? first : first + "-" + last);
        };
    }
}
