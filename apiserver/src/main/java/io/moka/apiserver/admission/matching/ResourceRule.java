package io.moka.apiserver.admission.matching;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.ResourceType;
import java.util.ArrayList;
import java.util.List;

/// One rule of a webhook or policy: operations on resources.
///
/// @param resources resource patterns: `pods`, `pods/status`, `pods/*`, `*`, `*/scale`, `*/*`
/// @param scope     `MatchingContext`, `Namespaced` or `*`
/// @param names     object names; empty for all
record ResourceRule(List<String> operations, List<String> groups, List<String> versions, List<String> resources, String scope, List<String> names) {
    private static final String ALL = "*";

    static List<ResourceRule> listOf(JsonNode rules) {
        List<ResourceRule> list = new ArrayList<>(rules.size());
        for (JsonNode rule : rules) {
            list.add(new ResourceRule(strings(rule.path("operations")), strings(rule.path("apiGroups")), strings(rule.path("apiVersions")),
                    strings(rule.path("resources")), Json.text(rule, "scope"), strings(rule.path("resourceNames"))));
        }
        return List.copyOf(list);
    }

    private static List<String> strings(JsonNode list) {
        List<String> strings = new ArrayList<>(list.size());
        list.forEach(entry -> strings.add(entry.asText()));
        return List.copyOf(strings);
    }

    /// @param as the type to match: the request's own, or another version of it
    boolean matches(AdmissionRequest request, ResourceType as) {
        return contains(operations, request.operation().name()) && contains(groups, as.group()) && contains(versions, as.version())
                && resources.stream().anyMatch(resource -> covers(resource, as.plural(), request.subresource()))
                && inScope(request) && (names.isEmpty() || names.contains(request.name()));
    }

    private static boolean contains(List<String> wanted, String value) {
        return wanted.contains(value) || wanted.contains(ALL);
    }

    private static boolean covers(String resource, String plural, String subresource) {
        int slash = resource.indexOf('/');
        String wantedPlural = slash < 0 ? resource : resource.substring(0, slash);
        String wantedSubresource = slash < 0 ? "" : resource.substring(slash + 1);
        return (wantedPlural.equals(ALL) || wantedPlural.equals(plural)) && (wantedSubresource.equals(ALL) || wantedSubresource.equals(subresource));
    }

    private boolean inScope(AdmissionRequest request) {
        return switch (scope) {
            case "Namespaced" -> !request.namespace().isEmpty() && !request.isCore("namespaces");
            case "MatchingContext" -> request.namespace().isEmpty() || request.isCore("namespaces");
            default -> true;
        };
    }
}
