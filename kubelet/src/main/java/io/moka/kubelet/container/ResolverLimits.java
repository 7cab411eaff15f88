package io.moka.kubelet.container;

import java.util.ArrayList;
import java.util.List;

/// Applies the limits that C libraries set for a `resolv.conf`. Entries beyond them are left out, and an event lists the rest, in upstream's words.
final class ResolverLimits {

    private static final String REASON = "DNSConfigForming";
    private static final int MOST_NAMESERVERS = 3;
    private static final int MOST_SEARCHES = 32;
    private static final int LONGEST_SEARCH_LIST = 2048;
    /// Largest length of a search domain; glibc 2.28 aborts at a longer one.
    private static final int LONGEST_SEARCH = 253;

    private ResolverLimits() {
    }

    static List<String> searches(List<String> wanted, List<ResolvConf.Warning> warnings) {
        var applied = new ArrayList<String>();
        wanted.stream().limit(MOST_SEARCHES).filter(search -> search.length() <= LONGEST_SEARCH).forEach(applied::add);
        while (String.join(" ", applied).length() > LONGEST_SEARCH_LIST) {
            applied.removeLast();
        }
        if (applied.size() < wanted.size()) {
            warnings.add(new ResolvConf.Warning(REASON, "Search Line limits were exceeded, some search paths have been omitted, the applied search line is: " + String.join(" ", applied)));
        }
        return applied;
    }

    static List<String> nameservers(List<String> wanted, List<ResolvConf.Warning> warnings) {
        if (wanted.size() <= MOST_NAMESERVERS) {
            return wanted;
        }
        var applied = wanted.subList(0, MOST_NAMESERVERS);
        warnings.add(new ResolvConf.Warning(REASON, "Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: " + String.join(" ", applied)));
        return applied;
    }
}
