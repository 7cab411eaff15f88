package io.moka.machinery.quota;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.machinery.meta.Quantity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Restricts a quota to some pods, or some claims. Objects of other kinds are in no scope.
///
/// @param operator `Exists`, `DoesNotExist`, `In` or `NotIn`
public record Scope(String name, String operator, List<String> values) {

    /// Returns the scopes of a quota's spec, from both forms: `scopes` and `scopeSelector`.
    public static List<Scope> of(JsonNode spec) {
        List<Scope> scopes = new ArrayList<>();
        spec.path("scopes").forEach(name -> scopes.add(new Scope(name.asText(), "Exists", List.of())));
        spec.path("scopeSelector").path("matchExpressions").forEach(expression -> scopes.add(ofExpression(expression)));
        return List.copyOf(scopes);
    }

    public static Scope ofExpression(JsonNode expression) {
        List<String> values = new ArrayList<>();
        expression.path("values").forEach(value -> values.add(value.asText()));
        return new Scope(expression.path("scopeName").asText(), expression.path("operator").asText(), List.copyOf(values));
    }

    /// @param plural the plural name of a resource of the core group
    public boolean matches(String plural, JsonNode object) {
        return switch (plural) {
            case "pods" -> matchesPod(object.path("spec"));
            case "persistentvolumeclaims" -> name.equals("VolumeAttributesClass") && matchesAny(attributesClasses(object));
            default -> false;
        };
    }

    private boolean matchesPod(JsonNode spec) {
        return switch (name) {
            case "Terminating" -> terminating(spec);
            case "NotTerminating" -> !terminating(spec);
            case "BestEffort" -> bestEffort(spec);
            case "NotBestEffort" -> !bestEffort(spec);
            case "PriorityClass" -> matchesAny(named(spec.path("priorityClassName")));
            case "CrossNamespacePodAffinity" -> crossesNamespaces(spec.path("affinity").path("podAffinity")) || crossesNamespaces(spec.path("affinity").path("podAntiAffinity"));
            default -> false;
        };
    }

    private static boolean terminating(JsonNode spec) {
        return spec.path("activeDeadlineSeconds").asLong(-1) >= 0;
    }

    /// Returns the classes that a claim asks for, has, and is being changed to.
    private static Set<String> attributesClasses(JsonNode claim) {
        Set<String> classes = new HashSet<>(named(claim.path("spec").path("volumeAttributesClassName")));
        classes.addAll(named(claim.path("status").path("currentVolumeAttributesClassName")));
        classes.addAll(named(claim.path("status").path("modifyVolumeStatus").path("targetVolumeAttributesClassName")));
        return classes;
    }

    private static Set<String> named(JsonNode name) {
        return name.asText().isEmpty() ? Set.of() : Set.of(name.asText());
    }

    private boolean matchesAny(Set<String> classes) {
        return switch (operator) {
            case "Exists" -> !classes.isEmpty();
            case "DoesNotExist" -> classes.isEmpty();
            case "In" -> classes.stream().anyMatch(values::contains);
            case "NotIn" -> classes.stream().noneMatch(values::contains);
            default -> false;
        };
    }

    private static boolean bestEffort(JsonNode spec) {
        if (computes(spec)) {
            return false;
        }
        for (String list : new String[] {"containers", "initContainers"}) {
            for (JsonNode container : spec.path(list)) {
                if (computes(container)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean computes(JsonNode podOrContainer) {
        for (String which : new String[] {"requests", "limits"}) {
            JsonNode amounts = podOrContainer.path("resources").path(which);
            if (positive(amounts.path("cpu")) || positive(amounts.path("memory"))) {
                return true;
            }
        }
        return false;
    }

    private static boolean positive(JsonNode amount) {
        return !amount.isMissingNode() && Quantity.parse(amount.asText()).signum() > 0;
    }

    private static boolean crossesNamespaces(JsonNode affinity) {
        for (JsonNode term : affinity.path("requiredDuringSchedulingIgnoredDuringExecution")) {
            if (crossing(term)) {
                return true;
            }
        }
        for (JsonNode weighted : affinity.path("preferredDuringSchedulingIgnoredDuringExecution")) {
            if (crossing(weighted.path("podAffinityTerm"))) {
                return true;
            }
        }
        return false;
    }

    private static boolean crossing(JsonNode term) {
        return !term.path("namespaces").isEmpty() || term.path("namespaceSelector").isObject();
    }
}
