package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.meta.Quantity;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Validates the resource requests and limits of a container.
final class ResourceRules {

    private static final Set<String> STANDARD = Set.of("cpu", "memory", "ephemeral-storage");
    /// Resource names that are standard, but not for containers.
    private static final Set<String> COUNTED = Set.of("requests.cpu", "requests.memory", "requests.ephemeral-storage", "limits.cpu", "limits.memory",
            "limits.ephemeral-storage", "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims", "storage",
            "requests.storage", "services.nodeports", "services.loadbalancers");
    private static final String HUGE = "hugepages-";

    private ResourceRules() {
    }

    static void requirements(ObjectNode resources, Path path, Causes causes) {
        amounts(resources, "limits", path, causes);
        amounts(resources, "requests", path, causes);
        JsonNode limits = CheckedFields.object(resources, "limits");
        JsonNode requests = CheckedFields.object(resources, "requests");
        for (Map.Entry<String, JsonNode> request : requests.properties()) {
            checkAgainstLimit(request, limits.get(request.getKey()), path, causes);
        }
        boolean huge = hasHugePages(limits) || hasHugePages(requests);
        if (huge && !limits.has("cpu") && !limits.has("memory") && !requests.has("cpu") && !requests.has("memory")) {
            causes.forbidden(path, "HugePages require cpu or memory");
        }
    }

    private static boolean hasHugePages(JsonNode amounts) {
        return amounts.propertyStream().anyMatch(amount -> amount.getKey().startsWith(HUGE));
    }

    /// Validates the names and amounts of resources that a container may have.
    static void amounts(ObjectNode owner, String field, Path path, Causes causes) {
        for (Map.Entry<String, JsonNode> amount : CheckedFields.entries(owner, field)) {
            Path at = path.child(field).key(amount.getKey());
            checkName(amount.getKey(), at, causes);
            checkAmount(amount.getKey(), amount.getValue().asText(), at, causes);
        }
    }

    /// Whether a resource name belongs to Kubernetes itself. All other resources are extended resources, which are integers and cannot be overcommitted.
    private static boolean isNative(String name) {
        return name.indexOf('/') < 0 || name.startsWith("kubernetes.io/") || name.contains(".kubernetes.io/");
    }

    private static boolean mayOvercommit(String name) {
        return isNative(name) && !name.startsWith(HUGE);
    }

    static void checkName(String name, Path path, Causes causes) {
        var problems = Names.qualifiedName(name);
        causes.invalidAll(path, name, problems);
        if (!problems.isEmpty()) {
            return;
        }
        boolean plain = name.indexOf('/') < 0;
        if (plain && !STANDARD.contains(name) && !name.startsWith(HUGE)) {
            if (!COUNTED.contains(name)) {
                causes.invalid(path, name, "must be a standard resource type or fully qualified");
            }
            causes.invalid(path, name, "must be a standard resource for containers");
        } else if (!isNative(name) && (name.startsWith("requests.") || !Names.qualifiedName("requests." + name).isEmpty())) {
            causes.invalid(path, name, "doesn't follow extended resource name standard");
        }
    }

    private static void checkAmount(String name, String text, Path path, Causes causes) {
        Quantity amount = Quantity.parse(text);
        if (amount.signum() < 0) {
            causes.invalid(path, text, "must be greater than or equal to 0");
        }
        if (!isNative(name) && !amount.isInteger()) {
            causes.invalid(path, text, "must be an integer");
        }
        if (name.startsWith(HUGE) && isSize(name.substring(HUGE.length())) && !isMultiple(amount, Quantity.parse(name.substring(HUGE.length())))) {
            causes.invalid(path, text, text + " is not positive integer multiple of " + name);
        }
    }

    private static boolean isSize(String text) {
        return text.matches("[1-9][0-9]*([KMGT]i)?");
    }

    private static boolean isMultiple(Quantity amount, Quantity size) {
        return amount.value().remainder(size.value()).signum() == 0;
    }

    private static void checkAgainstLimit(Map.Entry<String, JsonNode> request, @Nullable JsonNode limit,
                                          Path path, Causes causes) {
        String name = request.getKey();
        String text = request.getValue().asText();
        if (limit == null) {
            if (!mayOvercommit(name)) {
                causes.required(path.child("limits"), "Limit must be set for non overcommitable resources");
            }
            return;
        }
        int comparison = Quantity.parse(text).compareTo(Quantity.parse(limit.asText()));
        if (comparison != 0 && !mayOvercommit(name)) {
            causes.invalid(path.child("requests"), text, "must be equal to " + name + " limit of " + limit.asText());
        } else if (comparison > 0) {
            causes.invalid(path.child("requests"), text, "must be less than or equal to " + name + " limit of " + limit.asText());
        }
    }
}
