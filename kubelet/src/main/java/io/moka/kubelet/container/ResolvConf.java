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

    private static final int MOST_NAMESERVERS = 3;

    private final List<String> clusterDns;
    private final String clusterDomain;
    private final Path nodeFile;

    ResolvConf(List<String> clusterDns, String clusterDomain, Path nodeFile) {
        this.clusterDns = clusterDns;
        this.clusterDomain = clusterDomain;
        this.nodeFile = nodeFile;
    }

    private record Settings(List<String> nameservers, List<String> searches, List<String> options) {
    }

    String content(Pod pod) throws IOException {
        var settings = merge(base(pod), pod.getSpec().getDnsConfig());
        var text = new StringBuilder();
        if (!settings.searches.isEmpty()) {
            text.append("search ").append(String.join(" ", settings.searches)).append('\n');
        }
        settings.nameservers.stream().limit(MOST_NAMESERVERS).forEach(server -> text.append("nameserver ").append(server).append('\n'));
        if (!settings.options.isEmpty()) {
            text.append("options ").append(String.join(" ", settings.options)).append('\n');
        }
        return text.toString();
    }

    private Settings base(Pod pod) throws IOException {
        var policy = pod.getSpec().getDnsPolicy() == null ? "ClusterFirst" : pod.getSpec().getDnsPolicy();
        boolean hostNetwork = Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
        if (policy.equals("None")) {
            return new Settings(List.of(), List.of(), List.of());
        }
        if (policy.equals("Default") || policy.equals("ClusterFirst") && hostNetwork || clusterDns.isEmpty()) {
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
                case "nameserver" -> nameservers.addAll(rest);
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
