package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.meta.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Rules for what a container asks for and is limited to.
final class ResourceRules {

    private static final Set<String> STANDARD = Set.of("cpu", "memory", "ephemeral-storage");

    private ResourceRules() {
    }

    static void requirements(ObjectNode resources, Path path, Causes causes) {
        for (String list : List.of("limits", "requests")) {
            for (Map.Entry<String, JsonNode> amount : Json.entries(resources, list)) {
                checkName(amount.getKey(), path.child(list), causes);
                checkAmount(amount.getKey(), amount.getValue().asText(), path.child(list).key(amount.getKey()), causes);
            }
        }
        JsonNode limits = Json.object(resources, "limits");
        for (Map.Entry<String, JsonNode> request : Json.entries(resources, "requests")) {
            checkAgainstLimit(request, limits.get(request.getKey()), path, causes);
        }
    }

    private static boolean isStandard(String name) {
        return STANDARD.contains(name) || name.startsWith("hugepages-");
    }

    private static void checkName(String name, Path path, Causes causes) {
        causes.invalidAll(path, name, Names.qualifiedName(name));
        if (name.indexOf('/') < 0 && !isStandard(name)) {
            causes.invalid(path, name, "must be a standard resource type or fully qualified");
            causes.invalid(path, name, "must be a standard resource for containers");
        }
    }

    private static void checkAmount(String name, String text, Path path, Causes causes) {
        Quantity amount = Quantity.parse(text);
        if (amount.signum() < 0) {
            causes.invalid(path, text, "must be greater than or equal to 0");
        }
        if (name.indexOf('/') >= 0 && !amount.isInteger()) {
            causes.invalid(path, text, "must be an integer");
        }
    }

    private static void checkAgainstLimit(Map.Entry<String, JsonNode> request, @Nullable JsonNode limit,
                                          Path path, Causes causes) {
        String name = request.getKey();
        String text = request.getValue().asText();
        boolean mayOvercommit = STANDARD.contains(name);
        if (limit == null) {
            if (!mayOvercommit) {
                causes.required(path.child("limits"), "Limit must be set for non overcommitable resources");
            }
            return;
        }
        int comparison = Quantity.parse(text).compareTo(Quantity.parse(limit.asText()));
        if (mayOvercommit && comparison > 0) {
            causes.invalid(path.child("requests"), text, "must be less than or equal to " + name + " limit of " + limit.asText());
        } else if (!mayOvercommit && comparison != 0) {
            causes.invalid(path.child("requests"), text, "must be equal to " + name + " limit of " + limit.asText());
        }
    }
}
