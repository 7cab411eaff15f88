package io.moka.dns.search;

import io.moka.dns.zone.ClusterPod;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;

/// The search domains that a pod's resolver appends, in order.
///
/// @param dots the resolver's `ndots`: a name with at least this many dots is asked unchanged before the search
public record SearchPath(ClusterPod pod, List<Name> domains, int dots) {

    /// Returns the names that the resolver asks next when this name does not exist; empty when the name is not the first step of a search.
    public List<Name> after(Name asked) {
        if (domains.isEmpty() || !asked.subdomain(domains.getFirst()) || asked.equals(domains.getFirst())) {
            return List.of();
        }
        return steps(asked.relativize(domains.getFirst()), domains.subList(1, domains.size()));
    }

    /// Returns, in order, all names that the resolver asks for a name that a program gives it.
    public List<Name> all(Name given) {
        if (given.isAbsolute()) {
            return List.of(given);
        }
        var steps = steps(given, domains);
        if (hasDots(given)) {
            addBelow(given, Name.root, steps, 0);
        }
        return steps;
    }

    private List<Name> steps(Name base, List<Name> below) {
        var steps = new ArrayList<Name>();
        below.forEach(domain -> addBelow(base, domain, steps, steps.size()));
        if (!hasDots(base)) {
            addBelow(base, Name.root, steps, steps.size());
        }
        return steps;
    }

    private boolean hasDots(Name base) {
        return base.labels() - 1 >= dots;
    }

    /// Adds a name below a domain, unless it is too long, since resolvers do not ask such a name either.
    private static void addBelow(Name base, Name domain, List<Name> steps, int at) {
        try {
            var name = Name.concatenate(base, domain);
            if (!steps.contains(name)) {
                steps.add(at, name);
            }
        } catch (NameTooLongException e) {
            return;
        }
    }
}
