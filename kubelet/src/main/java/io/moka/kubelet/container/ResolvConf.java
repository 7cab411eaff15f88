package io.moka.kubelet.container;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodDNSConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The pod's `/etc/resolv.conf`, by its DNS policy and configuration.
///
/// Follows upstream's `dns.Configurer`.
final class ResolvConf {

    private static final String CLUSTER_FIRST = "ClusterFirst";

    private final List<String> clusterDns;
    private final String clusterDomain;
    private final Path nodeFile;

    /// @param nodeFile the file that the node's own resolver reads; names the servers of pods that do not use the cluster's
    ResolvConf(List<String> clusterDns, String clusterDomain, Path nodeFile) {
        this.clusterDns = clusterDns;
        this.clusterDomain = clusterDomain;
        this.nodeFile = nodeFile;
    }

    /// @param warnings messages for the user about entries that were left out
    record Formed(String content, List<Warning> warnings) {
    }

    /// An event's reason and message.
    record Warning(String reason, String message) {
    }

    private record Settings(List<String> nameservers, List<String> searches, List<String> options) {
    }

    Formed form(Pod pod) throws IOException {
        var warnings = new ArrayList<Warning>();
        var settings = merge(base(pod, warnings), pod.getSpec().getDnsConfig());
        var searches = ResolverLimits.searches(settings.searches, warnings);
        var nameservers = ResolverLimits.nameservers(settings.nameservers, warnings);
        var text = new StringBuilder();
        if (!searches.isEmpty()) {
            text.append("search ").append(String.join(" ", searches)).append('\n');
        }
        nameservers.forEach(server -> text.append("nameserver ").append(server).append('\n'));
        if (!settings.options.isEmpty()) {
            text.append("options ").append(String.join(" ", settings.options)).append('\n');
        }
        return new Formed(text.toString(), warnings);
    }

    private Settings base(Pod pod, List<Warning> warnings) throws IOException {
        var policy = pod.getSpec().getDnsPolicy() == null ? CLUSTER_FIRST : pod.getSpec().getDnsPolicy();
        boolean hostNetwork = Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
        if (policy.equals("None")) {
            return new Settings(List.of(), List.of(), List.of());
        }
        if (policy.equals("Default") || policy.equals(CLUSTER_FIRST) && hostNetwork) {
            return ofNode();
        }
        if (clusterDns.isEmpty()) {
            warnings.add(new Warning("MissingClusterDNS", "pod: \"" + pod.getMetadata().getName() + "_" + pod.getMetadata().getNamespace() + "(" + pod.getMetadata().getUid()
                    + ")\". kubelet does not have ClusterDNS IP configured and cannot create Pod using \"" + policy + "\" policy. Falling back to \"Default\" policy."));
            return ofNode();
        }
        var searches = new LinkedHashSet<>(List.of(pod.getMetadata().getNamespace() + ".svc." + clusterDomain, "svc." + clusterDomain, clusterDomain));
        searches.addAll(ofNode().searches);
        return new Settings(clusterDns, List.copyOf(searches), List.of("ndots:5"));
    }

    private Settings ofNode() throws IOException {
        var nameservers = new ArrayList<String>();
        List<String> searches = List.of();
        List<String> options = List.of();
        for (var line : Files.exists(nodeFile) ? Files.readAllLines(nodeFile) : List.<String>of()) {
            var words = Arrays.asList(line.strip().split("\\s+"));
            var rest = words.subList(1, words.size());
            switch (words.getFirst()) {
                case "nameserver" -> rest.stream().limit(1).forEach(nameservers::add);
                case "search" -> searches = rest.stream().filter(name -> !name.equals(".")).toList();
                case "options" -> options = rest;
                default -> { }
            }
        }
        return new Settings(nameservers, searches, options);
    }

    private static Settings merge(Settings base, @Nullable PodDNSConfig extra) {
        if (extra == null) {
            return base;
        }
        var nameservers = new LinkedHashSet<>(base.nameservers);
        nameservers.addAll(extra.getNameservers());
        var searches = new LinkedHashSet<>(base.searches);
        searches.addAll(extra.getSearches());
        Map<String, String> options = new LinkedHashMap<>();
        base.options.forEach(option -> options.put(option.split(":", 2)[0], option));
        extra.getOptions().forEach(option -> options.put(option.getName(),
                option.getValue() == null || option.getValue().isEmpty() ? option.getName() : option.getName() + ":" + option.getValue()));
        return new Settings(List.copyOf(nameservers), List.copyOf(searches), List.copyOf(options.values()));
    }
}
