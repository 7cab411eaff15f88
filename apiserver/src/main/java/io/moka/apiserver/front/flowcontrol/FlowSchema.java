package io.moka.apiserver.front.flowcontrol;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.json.YamlFile;
import java.util.ArrayList;
import java.util.List;

/// Assigns requests to a priority level, and to flows within it. Of the schemas that match a request, the one of the lowest precedence counts.
record FlowSchema(String name, String uid, int precedence, String level, Distinguisher distinguisher, List<FlowRule> rules) {

    enum Distinguisher { NONE, BY_USER, BY_NAMESPACE }

    static FlowSchema of(JsonNode object) {
        JsonNode spec = object.path("spec");
        List<FlowRule> rules = new ArrayList<>();
        spec.path("rules").forEach(rule -> rules.add(FlowRule.of(rule)));
        return new FlowSchema(Json.name(object), Json.uid(object), spec.path("matchingPrecedence").asInt(1000),
                Json.text(spec, "priorityLevelConfiguration", "name"), distinguisher(Json.text(spec, "distinguisherMethod", "type")), List.copyOf(rules));
    }

    private static Distinguisher distinguisher(String type) {
        return switch (type) {
            case "ByUser" -> Distinguisher.BY_USER;
            case "ByNamespace" -> Distinguisher.BY_NAMESPACE;
            default -> Distinguisher.NONE;
        };
    }

    boolean fits(Attributes request) {
        for (FlowRule rule : rules) {
            if (rule.fits(request)) {
                return true;
            }
        }
        return false;
    }

    /// Returns the name of the request's flow within the schema.
    String flowOf(Attributes request) {
        return switch (distinguisher) {
            case NONE -> "";
            case BY_USER -> request.user().name();
            case BY_NAMESPACE -> request.namespace();
        };
    }

    record FlowRule(List<Subject> subjects, List<ResourceRule> resources, List<PathRule> paths) {
        static FlowRule of(JsonNode rule) {
            List<Subject> subjects = new ArrayList<>();
            List<ResourceRule> resources = new ArrayList<>();
            List<PathRule> paths = new ArrayList<>();
            rule.path("subjects").forEach(subject -> subjects.add(Subject.of(subject)));
            rule.path("resourceRules").forEach(one -> resources.add(new ResourceRule(YamlFile.strings(one, "verbs"), YamlFile.strings(one, "apiGroups"),
                    YamlFile.strings(one, "resources"), one.path("clusterScope").asBoolean(), YamlFile.strings(one, "namespaces"))));
            rule.path("nonResourceRules").forEach(one -> paths.add(new PathRule(YamlFile.strings(one, "verbs"), YamlFile.strings(one, "nonResourceURLs"))));
            return new FlowRule(List.copyOf(subjects), List.copyOf(resources), List.copyOf(paths));
        }

        boolean fits(Attributes request) {
            return subjects.stream().anyMatch(subject -> subject.fits(request))
                    && (request.resourceRequest() ? resources.stream().anyMatch(rule -> rule.fits(request)) : paths.stream().anyMatch(rule -> rule.fits(request)));
        }
    }

    record Subject(String kind, String namespace, String name) {
        private static final String ACCOUNT = "system:serviceaccount:";

        static Subject of(JsonNode subject) {
            return switch (Json.text(subject, "kind")) {
                case "User" -> new Subject("User", "", Json.text(subject, "user", "name"));
                case "Group" -> new Subject("Group", "", Json.text(subject, "group", "name"));
                default -> new Subject("ServiceAccount", Json.text(subject, "serviceAccount", "namespace"), Json.text(subject, "serviceAccount", "name"));
            };
        }

        boolean fits(Attributes request) {
            String user = request.user().name();
            return switch (kind) {
                case "User" -> name.equals("*") || name.equals(user);
                case "Group" -> name.equals("*") || request.user().inGroup(name);
                default -> user.startsWith(ACCOUNT + namespace + ":") && (name.equals("*") || user.equals(ACCOUNT + namespace + ":" + name));
            };
        }
    }

    record ResourceRule(List<String> verbs, List<String> groups, List<String> resources, boolean clusterScope, List<String> namespaces) {
        boolean fits(Attributes request) {
            String combined = request.subresource().isEmpty() ? request.resource() : request.resource() + "/" + request.subresource();
            return covers(verbs, request.verb()) && covers(groups, request.group()) && covers(resources, combined)
                    && (request.namespace().isEmpty() ? clusterScope : covers(namespaces, request.namespace()));
        }
    }

    record PathRule(List<String> verbs, List<String> urls) {
        boolean fits(Attributes request) {
            return covers(verbs, request.verb()) && urls.stream().anyMatch(url -> url.equals("*") || url.equals(request.path())
                    || url.endsWith("/*") && request.path().startsWith(url.substring(0, url.length() - 1)));
        }
    }

    private static boolean covers(List<String> allowed, String value) {
        return allowed.contains("*") || allowed.contains(value);
    }
}
