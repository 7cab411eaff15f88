package io.moka.apiserver.front.authz;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.access.Attributes;
import java.util.ArrayList;
import java.util.List;

/// One rule of a role.
record PolicyRule(List<String> verbs, List<String> apiGroups, List<String> resources, List<String> resourceNames,
                  List<String> nonResourceUrls) {

    static PolicyRule of(JsonNode rule) {
        return new PolicyRule(strings(rule, "verbs"), strings(rule, "apiGroups"), strings(rule, "resources"),
                strings(rule, "resourceNames"), strings(rule, "nonResourceURLs"));
    }

    static List<PolicyRule> listOf(JsonNode role) {
        List<PolicyRule> rules = new ArrayList<>();
        role.path("rules").forEach(rule -> rules.add(of(rule)));
        return rules;
    }

    private static List<String> strings(JsonNode rule, String field) {
        List<String> values = new ArrayList<>();
        rule.path(field).forEach(value -> values.add(value.asText().intern()));
        return List.copyOf(values);
    }

    boolean allows(Attributes request) {
        if (!matches(verbs, request.verb())) {
            return false;
        }
        return request.resourceRequest()
                ? matches(apiGroups, request.group()) && coversResource(request.resource(), request.subresource())
                        && (resourceNames.isEmpty() || resourceNames.contains(request.name()))
                : coversUrl(request.path());
    }

    private static boolean matches(List<String> allowed, String value) {
        return allowed.contains(value) || allowed.contains("*");
    }

    /// Whether the rule covers a resource: `pods/log` covers that subresource, `*/scale` that of every resource, `pods` the resource alone.
    private boolean coversResource(String resource, String subresource) {
        if (resources.contains("*")) {
            return true;
        }
        if (subresource.isEmpty()) {
            return resources.contains(resource);
        }
        return resources.contains(resource + "/" + subresource) || resources.contains("*/" + subresource);
    }

    private boolean coversUrl(String path) {
        for (String url : nonResourceUrls) {
            if (url.equals("*") || url.equals(path) || url.endsWith("*") && path.startsWith(url.substring(0, url.length() - 1))) {
                return true;
            }
        }
        return false;
    }
}
