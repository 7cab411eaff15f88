package io.moka.machinery.quota;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Finds containers that lack a request or limit for CPU or memory that a quota counts.
public final class MissingRequests {
    private static final Set<String> REQUIRED = Set.of("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory");

    private MissingRequests() {}

    /// Returns the missing entries as `cpu for: a,b; memory for: a`; empty when nothing is missing.
    ///
    /// @param counted the resource names that a quota counts
    public static String of(JsonNode podSpec, Collection<String> counted) {
        Set<String> required = new TreeSet<>(counted);
        required.retainAll(REQUIRED);
        required.removeAll(said(podSpec));
        if (required.isEmpty()) {
            return "";
        }
        SortedMap<String, Set<String>> containersByResource = new TreeMap<>();
        for (String list : new String[] {"containers", "initContainers"}) {
            for (JsonNode container : podSpec.path(list)) {
                Collection<String> said = said(container);
                required.stream().filter(name -> !said.contains(name))
                        .forEach(name -> containersByResource.computeIfAbsent(name, ignored -> new TreeSet<>()).add(container.path("name").asText()));
            }
        }
        return containersByResource.entrySet().stream().map(entry -> entry.getKey() + " for: " + String.join(",", entry.getValue())).collect(Collectors.joining("; "));
    }

    private static Collection<String> said(JsonNode podOrContainer) {
        JsonNode resources = podOrContainer.path("resources");
        return QuotaUsage.compute(ResourceList.of(resources.path("requests")), ResourceList.of(resources.path("limits"))).names();
    }
}
