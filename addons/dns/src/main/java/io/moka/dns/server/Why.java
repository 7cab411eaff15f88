package io.moka.dns.server;

import io.moka.dns.forward.Outside;
import io.moka.dns.forward.Outside.Outcome;
import io.moka.dns.search.SearchPaths;
import io.moka.dns.wire.Query;
import io.moka.dns.zone.Answer;
import io.moka.dns.zone.ClusterView;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/// Explains in text which names a pod's resolver asks for a name, the answer to each of them, and the reason for it.
public final class Why {

    private final Resolver resolver;
    private final SearchPaths paths;
    private final ClusterView cluster;
    private final Outside outside;

    Why(Resolver resolver, SearchPaths paths, ClusterView cluster, Outside outside) {
        this.resolver = resolver;
        this.paths = paths;
        this.cluster = cluster;
        this.outside = outside;
    }

    /// @param pod the pod as `namespace/name`
    /// @param type the record type; empty for A
    public String tell(String name, String pod, String type) throws IOException {
        int slash = pod.indexOf('/');
        var asking = slash < 0 ? null : cluster.pod(pod.substring(0, slash), pod.substring(slash + 1));
        if (asking == null) {
            return "there is no pod " + pod + "\n";
        }
        int code = type.isEmpty() ? Type.A : Type.value(type, true);
        if (code < 0) {
            return "there is no type " + type + "\n";
        }
        Name given;
        try {
            given = Name.fromString(name);
        } catch (TextParseException e) {
            return "no name: " + e.getMessage() + "\n";
        }
        var path = paths.of(asking);
        var text = new StringBuilder();
        text.append("pod ").append(pod).append(" (resourceVersion ").append(asking.getMetadata().getResourceVersion()).append(") searches ")
                .append(path.domains().isEmpty() ? "nothing" : String.join(" ", path.domains().stream().map(Name::toString).toList())).append(", ndots ").append(path.dots()).append('\n');
        boolean one = asking.addresses().size() == 1 && paths.of(InetAddress.ofLiteral(asking.addresses().getFirst())) != null;
        text.append(one ? "the server knows the pod by its address and walks the search path itself\n" : "no address is this pod's alone, so its own resolver walks the search path\n");
        for (var step : path.all(given)) {
            var found = step(step, code, text);
            if (found) {
                return text.toString();
            }
        }
        return text.append("result: no such name, or none with a record of type ").append(Type.string(code)).append('\n').toString();
    }

    /// Explains one step of the search; returns whether the search ends with it.
    private boolean step(Name name, int type, StringBuilder text) throws IOException {
        var query = Query.read(Message.newQuery(Record.newRecord(name, type, DClass.IN)).toWire(Message.MAXLENGTH));
        long[] start = {System.nanoTime()};
        var resolution = resolver.resolve(query, null, outside, (at, what) -> {
            text.append("  ").append(at).append(' ').append(Type.string(type)).append(": ").append(describe(what));
            if (what instanceof Outcome) {
                text.append(" (").append(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start[0]) / 1000.0).append(" ms)");
            }
            text.append('\n');
        });
        var records = switch (resolution) {
            case Resolution.Composed composed -> composed.rcode() == Rcode.NOERROR ? composed.answer() : List.<Record>of();
            case Resolution.Forwarded(var answered) -> answered.answer().message(answered.ttl()).getSection(Section.ANSWER);
            case Resolution.Pending pending -> List.<Record>of();
        };
        records.forEach(record -> text.append("    ").append(record.toString().replaceAll("\\s+", " ")).append('\n'));
        return !records.isEmpty();
    }

    private static String describe(Object what) {
        return switch (what) {
            case Answer.Found found -> "found, by " + found.reason();
            case Answer.NoData none -> "exists without such a record, by " + none.reason();
            case Answer.NoName none -> "does not exist: " + none.reason();
            case Answer.Outside out -> out.reason().toString();
            case Answer.Broken broken -> "fails: " + broken.reason();
            case Outcome.Answered answered -> "upstream " + answered.source() + " says " + Rcode.string(answered.answer().rcode());
            case Outcome.Failed failed -> "upstream servers failed: " + failed.why();
            default -> what.toString();
        };
    }
}
