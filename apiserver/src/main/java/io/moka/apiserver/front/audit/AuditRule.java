package io.moka.apiserver.front.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.json.YamlFile;
import java.util.ArrayList;
import java.util.List;

/// One rule of a policy: the requests that it matches, and the level at which these are logged. An empty criterion matches everything.
record AuditRule(
        AuditLevel level, List<String> users, List<String> userGroups, List<String> verbs, List<Resources> resources, List<String> namespaces,
        List<String> nonResourceUrls, List<String> omitStages, JsonNode omitManagedFields) {

    /// Resources of one group: patterns such as `pods`, `pods/log`, `pods/*`, `*/status`, `*`.
    record Resources(String group, List<String> resources, List<String> names) {
        boolean cover(Attributes request) {
            if (!group.equals(request.group())) {
                return false;
            }
            if (resources.isEmpty()) {
                return true;
            }
            if (!names.isEmpty() && !names.contains(request.name())) {
                return false;
            }
            String combined = request.subresource().isEmpty() ? request.resource() : request.resource() + "/" + request.subresource();
            for (String pattern : resources) {
                boolean fits = pattern.equals("*") || pattern.equals(combined)
                        || !request.subresource().isEmpty() && (pattern.equals("*/" + request.subresource()) || pattern.equals(request.resource() + "/*"));
                if (fits) {
                    return true;
                }
            }
            return false;
        }
    }

    static AuditRule of(JsonNode rule) {
        List<Resources> resources = new ArrayList<>();
        rule.path("resources").forEach(entry -> resources.add(new Resources(entry.path("group").asText(),
                YamlFile.strings(entry, "resources"), YamlFile.strings(entry, "resourceNames"))));
        return new AuditRule(AuditLevel.of(rule.path("level").asText()), YamlFile.strings(rule, "users"), YamlFile.strings(rule, "userGroups"),
                YamlFile.strings(rule, "verbs"), List.copyOf(resources), YamlFile.strings(rule, "namespaces"), YamlFile.strings(rule, "nonResourceURLs"),
                YamlFile.strings(rule, "omitStages"), rule.path("omitManagedFields"));
    }

    boolean fits(Attributes request) {
        if (!users.isEmpty() && !users.contains(request.user().name())
                || !userGroups.isEmpty() && userGroups.stream().noneMatch(request.user()::inGroup)
                || !verbs.isEmpty() && !verbs.contains(request.verb())) {
            return false;
        }
        if (!namespaces.isEmpty() || !resources.isEmpty()) {
            return request.resourceRequest()
                    && (namespaces.isEmpty() || namespaces.contains(request.namespace()))
                    && (resources.isEmpty() || resources.stream().anyMatch(entry -> entry.cover(request)));
        }
        return nonResourceUrls.isEmpty() || !request.resourceRequest() && nonResourceUrls.stream().anyMatch(pattern -> coversPath(pattern, request.path()));
    }

    private static boolean coversPath(String pattern, String path) {
        return pattern.endsWith("*") ? path.startsWith(pattern.substring(0, pattern.length() - 1)) : pattern.equals(path);
    }
}
