package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Validates flow schemas and priority levels.
final class FlowRules {

    private static final List<String> VERBS = List.of("get", "list", "create", "update", "delete", "deletecollection", "patch", "watch", "proxy");
    private static final Map<String, String> SUBJECTS = Map.of("User", "user", "Group", "group", "ServiceAccount", "serviceAccount");

    private FlowRules() {
    }

    static void schema(ObjectNode schema, Path path, Causes causes) {
        JsonNode spec = CheckedFields.object(schema, "spec");
        boolean exempt = CheckedFields.text(CheckedFields.object(schema, "metadata"), "name").equals("exempt");
        if (CheckedFields.number(spec, "matchingPrecedence", 0) == 1 && !exempt) {
            causes.invalid(path.child("spec", "matchingPrecedence"), 1, "only the schema named 'exempt' may have matchingPrecedence 1");
        }
        Path level = path.child("spec", "priorityLevelConfiguration").child("name");
        String name = CheckedFields.text(CheckedFields.object(spec, "priorityLevelConfiguration"), "name");
        causes.requireValid(level, name, "must reference a priority level", Names::dns1123Subdomain);
    }

    static void rule(ObjectNode rule, Path path, Causes causes) {
        JsonNode subjects = CheckedFields.list(rule, "subjects");
        if (subjects.isEmpty()) {
            causes.required(path.child("subjects"), "subjects must contain at least one value");
        }
        for (int i = 0; i < subjects.size(); i++) {
            subject(subjects.get(i), path.child("subjects").index(i), causes);
        }
        if (CheckedFields.list(rule, "resourceRules").isEmpty() && CheckedFields.list(rule, "nonResourceRules").isEmpty()) {
            causes.required(path, "at least one of resourceRules and nonResourceRules has to be non-empty");
        }
    }

    private static void subject(JsonNode subject, Path path, Causes causes) {
        String kind = CheckedFields.text(subject, "kind");
        String field = SUBJECTS.get(kind);
        if (field == null) {
            causes.notSupported(path.child("kind"), kind, SUBJECTS.keySet());
            return;
        }
        SUBJECTS.forEach((other, otherField) -> {
            if (!other.equals(kind) && CheckedFields.has(subject, otherField)) {
                causes.forbidden(path.child(otherField), otherField + " is forbidden when subject kind is not '" + other + "'");
            }
        });
        if (!CheckedFields.has(subject, field)) {
            causes.required(path.child(field), field + " is required when subject kind is '" + kind + "'");
            return;
        }
        JsonNode named = CheckedFields.object(subject, field);
        if (CheckedFields.text(named, "name").isEmpty()) {
            causes.required(path.child(field, "name"), "");
        }
        if (kind.equals("ServiceAccount") && CheckedFields.text(named, "namespace").isEmpty()) {
            causes.required(path.child(field, "namespace"), "must specify namespace for service account");
        }
    }

    static void resourceRule(ObjectNode rule, Path path, Causes causes) {
        verbs(rule, path, causes);
        oneOrMore(rule, "apiGroups", path, "resource rules must supply at least one api group", "api groups", causes);
        oneOrMore(rule, "resources", path, "resource rules must supply at least one resource", "resources", causes);
        if (!CheckedFields.flag(rule, "clusterScope") || !CheckedFields.list(rule, "namespaces").isEmpty()) {
            oneOrMore(rule, "namespaces", path, "resource rules that are not cluster scoped must supply at least one namespace", "namespaces", causes);
        }
    }

    static void nonResourceRule(ObjectNode rule, Path path, Causes causes) {
        verbs(rule, path, causes);
        oneOrMore(rule, "nonResourceURLs", path, "nonResourceURLs must contain at least one value", "non-resource URLs", causes);
    }

    private static void verbs(ObjectNode rule, Path path, Causes causes) {
        oneOrMore(rule, "verbs", path, "verbs must contain at least one value", "verbs", causes);
        JsonNode verbs = CheckedFields.list(rule, "verbs");
        if (!hasWildcard(verbs) && verbs.valueStream().anyMatch(verb -> !VERBS.contains(verb.asText()))) {
            causes.notSupported(path.child("verbs"), verbs.toString(), VERBS);
        }
    }

    private static void oneOrMore(ObjectNode rule, String field, Path path, String missing, String others, Causes causes) {
        JsonNode values = CheckedFields.list(rule, field);
        if (values.isEmpty()) {
            causes.required(path.child(field), missing);
        } else if (values.size() > 1 && hasWildcard(values)) {
            causes.invalid(path.child(field), values, "if '*' is present, must not specify other " + others);
        }
    }

    private static boolean hasWildcard(JsonNode values) {
        return values.valueStream().anyMatch(value -> value.asText().equals("*"));
    }

    static void level(ObjectNode level, Path path, Causes causes) {
        JsonNode spec = CheckedFields.object(level, "spec");
        String type = CheckedFields.text(spec, "type");
        Path limited = path.child("spec", "limited");
        if (CheckedFields.text(CheckedFields.object(level, "metadata"), "name").equals("exempt") != type.equals("Exempt")) {
            causes.invalid(path.child("spec", "type"), type, "type must be 'Exempt' if and only if name is 'exempt'");
        }
        switch (type) {
            case "Exempt" -> {
                if (CheckedFields.has(spec, "limited")) {
                    causes.forbidden(limited, "must be nil if the type is not Limited");
                }
            }
            case "Limited" -> {
                if (!CheckedFields.has(spec, "limited")) {
                    causes.required(limited, "must not be empty when type is Limited");
                }
                if (CheckedFields.has(spec, "exempt")) {
                    causes.forbidden(path.child("spec", "exempt"), "must be nil if the type is Limited");
                }
            }
            default -> causes.notSupported(path.child("spec", "type"), type, Set.of("Exempt", "Limited"));
        }
    }

    static void response(ObjectNode response, Path path, Causes causes) {
        String type = CheckedFields.text(response, "type");
        boolean queuing = CheckedFields.has(response, "queuing");
        if (type.equals("Reject") && queuing) {
            causes.forbidden(path.child("queuing"), "must be nil if limited.limitResponse.type is not Limited");
        } else if (type.equals("Queue") && !queuing) {
            causes.required(path.child("queuing"), "must not be empty if limited.limitResponse.type is Limited");
        }
    }

    static void queuing(ObjectNode queuing, Path path, Causes causes) {
        long hand = CheckedFields.number(queuing, "handSize", 0);
        long queues = CheckedFields.number(queuing, "queues", 0);
        if (hand > queues) {
            causes.invalid(path.child("handSize"), hand, "should not be greater than queues (" + queues + ")");
        }
    }
}
