package io.moka.dns.zone;

import io.moka.dns.zone.Reason.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/// The zone of the cluster's domain: resolves a name to its meaning, and to its records of the asked type.
final class Zone {

    static final String SPECIFICATION = "1.1.0";
    private static final String DNS_NAMESPACE = "kube-system";
    private static final String DNS_SERVICE = "kube-dns";

    private final Name origin;
    private final ClusterView cluster;
    private final ServiceNames services;
    private final PodNames pods;
    private final ZoneRecords records;

    Zone(Name origin, ClusterView cluster) {
        this.origin = origin;
        this.cluster = cluster;
        this.services = new ServiceNames(cluster, below(origin, "svc"));
        this.pods = new PodNames(cluster);
        this.records = new ZoneRecords(origin, below(origin, "dns", "ns"), cluster);
    }

    boolean contains(Name name) {
        return name.subdomain(origin);
    }

    Answer answer(Name name, int type) {
        return records.of(name, type, subject(name));
    }

    ZoneRecords records() {
        return records;
    }

    ServiceNames services() {
        return services;
    }

    private Subject subject(Name name) {
        int count = name.labels() - origin.labels();
        if (count == 0) {
            return new Subject.Apex(Reason.of(Rule.APEX));
        }
        var labels = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
            labels.add(name.getLabelString(i).toLowerCase(Locale.ROOT));
        }
        var rest = labels.subList(0, count - 1);
        return switch (labels.getLast()) {
            case "svc" -> services.subject(rest);
            case "pod" -> pods.subject(rest);
            case "dns-version" -> rest.isEmpty() ? new Subject.Text(SPECIFICATION, Reason.of(Rule.VERSION)) : new Subject.Missing(Reason.of(Rule.NO_SUCH_FORM));
            case "dns" -> nameServer(rest);
            default -> new Subject.Missing(Reason.of(Rule.NO_SUCH_FORM));
        };
    }

    /// Resolves `ns.dns.<zone>`, the name server in the SOA and NS records.
    private Subject nameServer(List<String> labels) {
        if (labels.isEmpty()) {
            return new Subject.Empty(Reason.of(Rule.SUBTREE));
        }
        if (!labels.equals(List.of("ns"))) {
            return new Subject.Missing(Reason.of(Rule.NO_SUCH_FORM));
        }
        var service = cluster.service(DNS_NAMESPACE, DNS_SERVICE);
        return new Subject.Hosts(service == null ? List.of() : ServiceNames.clusterAddresses(service), new Reason(Rule.NAME_SERVER, service));
    }

    static Subject ofNamespace(ClusterView cluster, String namespace) {
        return cluster.hasNamespace(namespace) ? new Subject.Empty(Reason.of(Rule.NAMESPACE)) : new Subject.Missing(Reason.of(Rule.NO_NAMESPACE));
    }

    /// Returns a name below another, made of labels that the API has validated, the rightmost first.
    static Name below(Name parent, String... labels) {
        try {
            var name = parent;
            for (var label : labels) {
                name = Name.fromString(label, name);
            }
            return name;
        } catch (TextParseException e) {
            throw new IllegalArgumentException("no name below " + parent + ": " + String.join(" ", labels), e);
        }
    }
}
