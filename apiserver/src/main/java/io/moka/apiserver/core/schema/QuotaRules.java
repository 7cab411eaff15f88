package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.meta.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Validates ResourceQuotas.
final class QuotaRules {
    private static final Set<String> COUNTS = Set.of("pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "persistentvolumeclaims", "configmaps",
            "services.nodeports", "services.loadbalancers");
    private static final Set<String> COMPUTE = Set.of("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory");
    private static final Set<String> STORAGE = Set.of("ephemeral-storage", "requests.storage", "requests.ephemeral-storage", "limits.ephemeral-storage");
    private static final Set<String> OF_ALL_KINDS = Set.of("BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "PriorityClass", "CrossNamespacePodAffinity",
            "VolumeAttributesClass");
    private static final Set<String> CLAIMS = Set.of("persistentvolumeclaims", "requests.storage");
    /// Scopes without values, which only the operator `Exists` may be used with.
    private static final Set<String> PLAIN = Set.of("BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity");

    private QuotaRules() {}

    static void spec(ObjectNode spec, Path path, Causes causes) {
        Set<String> hard = new HashSet<>();
        for (Map.Entry<String, JsonNode> amount : CheckedFields.entries(spec, "hard")) {
            hard.add(amount.getKey());
            checkAmount(amount.getKey(), amount.getValue().asText(), path.child("hard").key(amount.getKey()), causes);
        }
        JsonNode scopes = CheckedFields.list(spec, "scopes");
        checkScopes(names(scopes, ""), scopes, hard, path.child("scopes"), causes);
        JsonNode expressions = CheckedFields.list(CheckedFields.object(spec, "scopeSelector"), "matchExpressions");
        Path selector = path.child("scopeSelector", "matchExpressions");
        checkScopes(names(expressions, "scopeName"), expressions, hard, selector, causes);
        for (JsonNode expression : expressions) {
            checkExpression((ObjectNode) expression, selector, causes);
        }
    }

    private static boolean isStandard(String name) {
        return COUNTS.contains(name) || COMPUTE.contains(name) || STORAGE.contains(name) || name.startsWith("hugepages-") || name.startsWith("requests.hugepages-");
    }

    private static void checkAmount(String name, String text, Path path, Causes causes) {
        causes.invalidAll(path, name, Names.qualifiedName(name));
        if (name.indexOf('/') < 0 && !isStandard(name)) {
            causes.invalid(path, name, "must be a standard resource for quota");
        }
        Quantity amount = Quantity.parse(text);
        if (amount.signum() < 0) {
            causes.invalid(path, text, "must be greater than or equal to 0");
        }
        if ((COUNTS.contains(name) || name.startsWith("count/")) && !amount.isInteger()) {
            causes.invalid(path, text, "must be an integer");
        }
    }

    private static Set<String> names(JsonNode list, String field) {
        Set<String> names = new HashSet<>();
        list.forEach(element -> names.add(field.isEmpty() ? element.asText() : element.path(field).asText()));
        return names;
    }

    private static void checkScopes(Set<String> scopes, JsonNode written, Set<String> hard, Path path, Causes causes) {
        for (String scope : scopes) {
            if (!OF_ALL_KINDS.contains(scope)) {
                causes.invalid(path, written, "unsupported scope");
            } else if (hard.stream().anyMatch(name -> isStandard(name) && !covers(scope, name))) {
                causes.invalid(path, written, "unsupported scope applied to resource");
            }
        }
        for (List<String> pair : List.of(List.of("BestEffort", "NotBestEffort"), List.of("Terminating", "NotTerminating"))) {
            if (scopes.containsAll(pair)) {
                causes.invalid(path, written, "conflicting scopes");
            }
        }
    }

    private static boolean covers(String scope, String resource) {
        if (scope.equals("VolumeAttributesClass")) {
            return CLAIMS.contains(resource);
        }
        return resource.equals("pods") || !scope.equals("BestEffort") && COMPUTE.contains(resource);
    }

    private static void checkExpression(ObjectNode expression, Path path, Causes causes) {
        String operator = CheckedFields.text(expression, "operator");
        JsonNode values = CheckedFields.list(expression, "values");
        if (PLAIN.contains(CheckedFields.text(expression, "scopeName")) && !operator.equals("Exists")) {
            causes.invalid(path.child("operator"), operator, "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
                    + "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity");
        }
        switch (operator) {
            case "In", "NotIn" -> {
                if (values.isEmpty()) {
                    causes.required(path.child("values"), "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (!values.isEmpty()) {
                    causes.invalid(path.child("values"), values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
                }
            }
            default -> causes.invalid(path.child("operator"), operator, "not a valid selector operator");
        }
    }

    static void checkUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        JsonNode after = CheckedFields.list(CheckedFields.object(updated, "spec"), "scopes");
        if (!names(after, "").equals(names(CheckedFields.list(CheckedFields.object(old, "spec"), "scopes"), ""))) {
            causes.immutable(Path.ROOT.child("spec", "scopes"), after);
        }
    }
}
