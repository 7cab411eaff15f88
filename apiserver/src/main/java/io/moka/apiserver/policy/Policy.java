package io.moka.apiserver.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.matching.Cluster;
import io.moka.apiserver.matching.Criteria;
import io.moka.apiserver.matching.Kept;
import io.moka.apiserver.matching.MatchConditions;
import io.moka.apiserver.resource.GroupVersionKind;
import io.moka.apiserver.resource.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A policy with its bindings.
///
/// @param paramKind the kind of its parameters; null when it has none
/// @param failsOpen whether requests go on when it cannot be evaluated
/// @param program   what it does with a request
record Policy<P>(String name, Criteria criteria, @Nullable GroupVersionKind paramKind, MatchConditions conditions, boolean failsOpen, P program, List<Binding> bindings) {

    /// @param criteria narrow the policy's; null when they do not
    /// @param actions  what becomes of a violation: `Deny`, `Warn`, `Audit`
    record Binding(String name, JsonNode paramRef, @Nullable Criteria criteria, List<String> actions) {
        private static Binding of(ObjectNode object) {
            JsonNode spec = object.path("spec");
            List<String> actions = new ArrayList<>();
            spec.path("validationActions").forEach(action -> actions.add(action.asText()));
            return new Binding(Json.name(object), spec.path("paramRef"), spec.path("matchResources").isObject() ? Criteria.ofMatchResources(spec.path("matchResources")) : null, actions);
        }
    }

    /// All policies that are bound, in the order of their names.
    ///
    /// @param compiler makes a policy's program of its spec
    static <P> Kept<List<Policy<P>>> bound(Cluster cluster, String policies, String bindings, Function<JsonNode, P> compiler) {
        ResourceType policyType = cluster.catalog().get("admissionregistration.k8s.io", "v1", policies);
        ResourceType bindingType = cluster.catalog().get("admissionregistration.k8s.io", "v1", bindings);
        return new Kept<>(cluster.caches(), List.of(policyType, bindingType), objects -> {
            List<ObjectNode> allBindings = objects.list(bindingType, "");
            List<Policy<P>> bound = new ArrayList<>();
            for (ObjectNode policy : allBindings.isEmpty() ? List.<ObjectNode>of() : objects.list(policyType, "")) {
                List<Binding> own = allBindings.stream().filter(binding -> Json.text(binding, "spec", "policyName").equals(Json.name(policy))).map(Binding::of).toList();
                if (!own.isEmpty()) {
                    bound.add(of(policy, compiler, own));
                }
            }
            return List.copyOf(bound);
        });
    }

    private static <P> Policy<P> of(ObjectNode policy, Function<JsonNode, P> compiler, List<Binding> bindings) {
        JsonNode spec = policy.path("spec");
        boolean failsOpen = Json.text(spec, "failurePolicy").equals("Ignore");
        GroupVersionKind params = paramKind(spec);
        return new Policy<>(Json.name(policy), Criteria.ofMatchResources(spec.path("matchConstraints")), params,
                new MatchConditions(spec.path("matchConditions"), params != null, failsOpen), failsOpen, compiler.apply(spec), bindings);
    }

    static @Nullable GroupVersionKind paramKind(JsonNode spec) {
        JsonNode kind = spec.path("paramKind");
        return kind.isObject() ? GroupVersionKind.of(Json.text(kind, "apiVersion"), Json.text(kind, "kind")) : null;
    }
}
