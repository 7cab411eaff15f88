package io.moka.dns.search;

import io.moka.dns.zone.ClusterPod;
import io.moka.dns.zone.ClusterView;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/// Finds the search path of the pod that asks.
public final class SearchPaths {

    private static final int CLUSTER_DOTS = 5;
    private static final int USUAL_DOTS = 1;
    private static final int MOST_DOMAINS = 32;

    private final Name domain;
    private final ClusterView cluster;
    private final List<Name> nodeDomains;

    /// @param nodeDomains the search path of the nodes, which kubelets append to the cluster's
    public SearchPaths(Name domain, ClusterView cluster, List<Name> nodeDomains) {
        this.domain = domain;
        this.cluster = cluster;
        this.nodeDomains = nodeDomains;
    }

    /// Returns the search path of the pod with this address; null when it is not known for certain.
    public @Nullable SearchPath of(InetAddress source) {
        var pods = cluster.podsAt(source.getHostAddress());
        return pods.size() != 1 || pods.getFirst().usesHostNetwork() ? null : of(pods.getFirst());
    }

    /// Returns the search path of a pod, as the kubelet writes it.
    public SearchPath of(ClusterPod pod) {
        var policy = pod.getSpec().dnsPolicy() == null ? "ClusterFirst" : pod.getSpec().dnsPolicy();
        boolean cluster = policy.equals("ClusterFirstWithHostNet") || policy.equals("ClusterFirst") && !pod.usesHostNetwork();
        var domains = new LinkedHashSet<Name>();
        if (cluster) {
            var services = below(domain, "svc");
            domains.addAll(List.of(below(services, pod.getMetadata().getNamespace()), services, domain));
        }
        if (!policy.equals("None")) {
            domains.addAll(nodeDomains);
        }
        int dots = cluster ? CLUSTER_DOTS : USUAL_DOTS;
        var config = pod.getSpec().dnsConfig();
        if (config != null) {
            domains.addAll(parse(config.searches() == null ? List.of() : config.searches()));
            dots = dots(config, dots);
        }
        return new SearchPath(pod, domains.stream().limit(MOST_DOMAINS).toList(), dots);
    }

    private static int dots(ClusterPod.DnsConfig config, int usual) {
        int dots = usual;
        for (var option : config.options() == null ? List.<ClusterPod.Option>of() : config.options()) {
            if ("ndots".equals(option.name()) && option.value() != null && option.value().matches("[0-9]{1,2}")) {
                dots = Integer.parseInt(option.value());
            }
        }
        return dots;
    }

    /// Returns the valid names among the texts; others are left out, as resolvers do.
    public static List<Name> parse(List<String> texts) {
        var names = new ArrayList<Name>();
        for (var text : texts) {
            try {
                names.add(Name.fromString(text, Name.root));
            } catch (TextParseException e) {
                continue;
            }
        }
        return names;
    }

    private static Name below(Name parent, String label) {
        try {
            return Name.fromString(label, parent);
        } catch (TextParseException e) {
            throw new IllegalArgumentException(label, e);
        }
    }
}
