package io.moka.dns.zone;

import io.moka.dns.zone.Reason.Rule;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/// Answers questions for all names of the cluster: those in its domain and the reverse names of its addresses. Aliases are followed inside the cluster.
public final class Names {

    /// Maximum length of a chain of external names; a longer one is taken for a loop.
    private static final int MOST_ALIASES = 8;

    private final Zone zone;
    private final ReverseZone reverse;

    /// @param domain the cluster's domain, such as `cluster.local.`
    public Names(Name domain, ClusterView cluster) {
        this.zone = new Zone(domain, cluster);
        this.reverse = new ReverseZone(cluster, zone.services());
    }

    /// The result of a look-up: the aliases on the way, and the answer for the last of them.
    ///
    /// @param last the final answer, never an alias
    public record Lookup(List<Record> aliases, Answer last) {
    }

    /// Whether the name is in the cluster's domain.
    public boolean isInDomain(Name name) {
        return zone.contains(name);
    }

    /// @param name an absolute name; its case is kept in the answer
    public Lookup look(Name name, int type) {
        var answer = answer(name, type);
        if (!(answer instanceof Answer.Alias)) {
            return new Lookup(List.of(), answer);
        }
        var aliases = new ArrayList<Record>();
        while (answer instanceof Answer.Alias(var alias, var reason)) {
            aliases.add(alias);
            if (type == alias.getType() || type == Type.ANY) {
                return new Lookup(List.of(), new Answer.Found(aliases, List.of(), reason));
            }
            answer = aliases.size() >= MOST_ALIASES ? new Answer.Broken(new Reason(Rule.ALIAS_LOOP, reason.object())) : answer(alias.getTarget(), type);
        }
        return new Lookup(aliases, answer);
    }

    private Answer answer(Name name, int type) {
        return zone.contains(name) ? zone.answer(name, type) : reverse.answer(name, type);
    }

    /// Returns the SOA record for a negative answer.
    public SOARecord authority(Name zoneName) {
        return zone.records().soa(zoneName);
    }
}
