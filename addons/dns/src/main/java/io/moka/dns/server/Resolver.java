package io.moka.dns.server;

import io.moka.dns.forward.Outside;
import io.moka.dns.forward.Outside.Outcome;
import io.moka.dns.forward.Question;
import io.moka.dns.search.SearchPath;
import io.moka.dns.wire.Query;
import io.moka.dns.zone.Answer;
import io.moka.dns.zone.Names;
import io.moka.dns.zone.Reason;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/// Resolves a question by the cluster's names and the upstream servers, and walks the asking pod's search path when the name does not exist.
final class Resolver {

    private static final long SEARCH_TTL_SECONDS = 5;
    /// Rules of names that exist only because other names end in them. A resolver continues its search after such a name.
    private static final Set<Reason.Rule> NO_HOSTS = EnumSet.of(Reason.Rule.NAMESPACE, Reason.Rule.SUBTREE, Reason.Rule.PROTOCOL, Reason.Rule.APEX);

    private final Names names;
    private final BooleanSupplier synced;

    Resolver(Names names, BooleanSupplier synced) {
        this.names = names;
        this.synced = synced;
    }

    /// @param path the asking pod's search path; null when it is not known
    /// @param outside resolves names outside of the cluster's zones
    Resolution resolve(Query query, @Nullable SearchPath path, Outside outside, Trace trace) {
        var asked = query.name();
        if (!synced.getAsBoolean() && names.isInDomain(asked)) {
            trace.step(asked, "the cluster's objects are not known yet");
            return failure(Rcode.SERVFAIL);
        }
        var lookup = names.look(asked, query.type());
        trace.step(asked, lookup.last());
        if (lookup.aliases().isEmpty() && lookup.last() instanceof Answer.Outside) {
            return whole(asked, query, outside, trace);
        }
        if (path != null && lookup.aliases().isEmpty() && lookup.last() instanceof Answer.NoName) {
            var walked = walk(query, path.after(asked), outside, trace);
            if (walked != null) {
                return walked;
            }
        }
        return compose(lookup, query, outside, trace);
    }

    private static Resolution whole(Name asked, Query query, Outside outside, Trace trace) {
        var outcome = outside.ask(Question.of(asked, query));
        trace.step(asked, outcome);
        return switch (outcome) {
            case Outcome.Answered answered -> new Resolution.Forwarded(answered);
            case Outcome.Failed failed -> failure(Rcode.SERVFAIL);
            case Outcome.Pending pending -> new Resolution.Pending();
        };
    }

    /// Returns the answer for the first name of the search that exists, as an alias of the name that was asked; null when none exists.
    private @Nullable Resolution walk(Query query, List<Name> steps, Outside outside, Trace trace) {
        for (var step : steps) {
            var lookup = names.look(step, query.type());
            trace.step(step, lookup.last());
            if (lookup.last() instanceof Answer.NoName || lookup.last() instanceof Answer.NoData(var zone, var reason) && NO_HOSTS.contains(reason.rule())) {
                continue;
            }
            var alias = new CNAMERecord(query.name(), DClass.IN, SEARCH_TTL_SECONDS, step);
            var found = compose(lookup, query, outside, trace);
            if (!(found instanceof Resolution.Composed composed)) {
                return found;
            }
            if (composed.rcode() != Rcode.NXDOMAIN) {
                var answer = new ArrayList<Record>();
                answer.add(alias);
                answer.addAll(composed.answer());
                return composed.rcode() == Rcode.NOERROR
                        ? new Resolution.Composed(Rcode.NOERROR, true, answer, composed.authority(), composed.additional()) : composed;
            }
        }
        return null;
    }

    private Resolution compose(Names.Lookup lookup, Query query, Outside outside, Trace trace) {
        return switch (lookup.last()) {
            case Answer.Found(var records, var additional, var reason) ->
                    new Resolution.Composed(Rcode.NOERROR, true, join(lookup.aliases(), records), List.of(), additional);
            case Answer.NoData(var zone, var reason) -> new Resolution.Composed(Rcode.NOERROR, true, lookup.aliases(), List.of(names.authority(zone)), List.of());
            case Answer.NoName(var zone, var reason) -> new Resolution.Composed(Rcode.NXDOMAIN, true, lookup.aliases(), List.of(names.authority(zone)), List.of());
            case Answer.Outside(var name, var reason) -> further(lookup.aliases(), name, query, outside, trace);
            case Answer.Broken broken -> failure(Rcode.SERVFAIL);
            case Answer.Alias alias -> throw new AssertionError("aliases are followed: " + alias);
        };
    }

    /// Resolves the rest of a chain of aliases that leads outside of the cluster.
    private static Resolution further(List<Record> aliases, Name name, Query query, Outside outside, Trace trace) {
        var outcome = outside.ask(Question.of(name, query));
        trace.step(name, outcome);
        return switch (outcome) {
            case Outcome.Answered(var answer, var ttl, var source) -> {
                var message = answer.message(ttl);
                yield new Resolution.Composed(answer.rcode(), !aliases.isEmpty(), join(aliases, message.getSection(Section.ANSWER)), message.getSection(Section.AUTHORITY), List.of());
            }
            case Outcome.Failed failed -> failure(Rcode.SERVFAIL);
            case Outcome.Pending pending -> new Resolution.Pending();
        };
    }

    private static Resolution failure(int rcode) {
        return new Resolution.Composed(rcode, false, List.of(), List.of(), List.of());
    }

    private static List<Record> join(List<Record> first, List<Record> second) {
        if (first.isEmpty()) {
            return second;
        }
        var all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
