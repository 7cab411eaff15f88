package io.moka.proxy.policy.nftables;

import io.moka.proxy.kernel.RulesRefusedException;
import io.moka.proxy.kernel.Tools;
import io.moka.proxy.policy.model.Address;
import io.moka.proxy.policy.model.Isolation;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Keeps the kernel's tables in step with the isolations. Remembers the installed rules, so that an update writes only the difference. Used by one thread.
public final class PolicyRuleSet {

    private final String name;
    private final Tools tools;
    private final boolean inOutput;
    private final MarksTable marks;
    private FamilyRules ipv4;
    private FamilyRules ipv6;

    /// @param name of the tables, one for each address family; the name of the table of marks has `-pods` appended
    public PolicyRuleSet(String name, Tools tools) {
        this(name, tools, false);
    }

    /// @param inOutput whether packets between pods may pass the hook output instead of forward, as those that IPVS leads do
    public PolicyRuleSet(String name, Tools tools, boolean inOutput) {
        this.name = name;
        this.tools = tools;
        this.inOutput = inOutput;
        this.marks = new MarksTable(name + "-pods", inOutput);
        this.ipv4 = none(Address.Family.IPV4);
        this.ipv6 = none(Address.Family.IPV6);
    }

    private FamilyRules none(Address.Family family) {
        return FamilyRules.none(new PolicyTable(family, name, inOutput));
    }

    /// Replaces everything by these isolations; the plugin's marks stay.
    ///
    /// The kernel replaces a table in one transaction, but a packet that is on its way through the chains just then may see the new chain as it was before the
    /// transaction (empty), and the old one as it is after it (empty, too). So another table with the same rules is there meanwhile.
    ///
    /// @param judged addresses whose packets need not be held back any longer
    /// @throws RulesRefusedException when the kernel refused it, and holds what it held before
    /// @throws IOException when it is unknown what the kernel holds now
    public void replaceAll(Collection<Isolation> wanted, Collection<Address> judged) throws IOException {
        var standIn = new StringBuilder();
        for (var family : Address.Family.values()) {
            standIn.append(FamilyRules.none(standIn(family)).replacement(wanted, true).script());
        }
        tools.nft(standIn.toString());
        try {
            apply(ipv4.replacement(wanted, true), ipv6.replacement(wanted, true), marks.definition() + marks.release(judged));
        } catch (RulesRefusedException e) {
            tools.nft(standInRemoval());
            throw e;
        }
        tools.nft(standInRemoval());
    }

    /// The table that holds the rules while the other one is replaced.
    private PolicyTable standIn(Address.Family family) {
        return new PolicyTable(family, name + "-next", inOutput);
    }

    private String standInRemoval() {
        return standIn(Address.Family.IPV4).removal() + standIn(Address.Family.IPV6).removal();
    }

    /// Changes what differs from the isolations that are installed, in one step.
    ///
    /// @param judged addresses whose packets need not be held back any longer
    /// @throws RulesRefusedException when the kernel refused it, and holds what it held before
    /// @throws IOException when it is unknown what the kernel holds now, and a replacement is due
    public void update(Collection<Isolation> wanted, Collection<Address> judged) throws IOException {
        apply(ipv4.change(wanted), ipv6.change(wanted), marks.release(judged));
    }

    private void apply(FamilyRules.Step four, FamilyRules.Step six, String marking) throws IOException {
        var script = four.script() + six.script() + marking;
        if (!script.isEmpty()) {
            tools.nft(script);
        }
        ipv4 = four.after();
        ipv6 = six.after();
    }

    /// Finds the isolations that the kernel refuses, each alone in a table that no packet meets, and why.
    ///
    /// @throws IOException when the search failed
    public Map<Isolation.Key, String> refused(Collection<Isolation> wanted) throws IOException {
        var refused = new LinkedHashMap<Isolation.Key, String>();
        for (var isolation : wanted) {
            try {
                for (var family : Address.Family.values()) {
                    var scratch = new PolicyTable(family, name + "-check", inOutput);
                    tools.nft(FamilyRules.none(scratch).replacement(List.of(isolation), false).script() + scratch.removal());
                }
            } catch (RulesRefusedException e) {
                refused.put(isolation.key(), e.getMessage());
            }
        }
        return refused;
    }

    public Marks marks() throws IOException {
        return marks.read(tools);
    }

    /// Whether what was installed is still there; cheap enough to ask twice a minute.
    public boolean isIntact() throws IOException {
        return tools.run(List.of("nft", "list", "chain", "ip", name, "forward"), "").status() == 0
                && tools.run(List.of("nft", "list", "chain", "ip", name + "-pods", "forward"), "").status() == 0;
    }

    /// Takes all tables away, whether they are there or not.
    public void remove() throws IOException {
        apply(new FamilyRules.Step(ipv4.table().removal(), none(Address.Family.IPV4)),
                new FamilyRules.Step(ipv6.table().removal(), none(Address.Family.IPV6)), standInRemoval() + marks.removal());
    }
}
