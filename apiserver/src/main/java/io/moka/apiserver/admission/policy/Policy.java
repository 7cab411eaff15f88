package io.moka.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.matching.Criteria;
import io.moka.apiserver.admission.matching.DerivedValue;
import io.moka.apiserver.admission.matching.MatchConditions;
import io.moka.apiserver.admission.matching.MatchingContext;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A policy with its bindings.
///
/// @param paramKind the kind of its parameters; null when it has none
/// @param failsOpen whether requests go on when the policy cannot be evaluated
/// @param program   the compiled validations or mutations
record Policy<P>(String name, Criteria criteria, @Nullable GroupVersionKind paramKind, MatchConditions conditions, boolean failsOpen, P program, List<Binding> bindings) {

    /// @param criteria the binding's own criteria, in addition to the policy's; null when there are none
    /// @param actions  the actions on a violation: `Deny`, `Warn`, `Audit`
    record Binding(String name, JsonNode paramRef, @Nullable Criteria criteria, List<String> actions) {
        private static Binding of(ObjectNode object) {
            JsonNode spec = object.path("spec");
            List<String> actions = new ArrayList<>();
            spec.path("validationActions").forEach(action -> actions.add(action.asText()));
            return new Binding(Json.name(object), spec.path("paramRef"), spec.path("matchResources").isObject() ? Criteria.ofMatchResources(spec.path("matchResources")) : null, actions);
        }
    }

    /// Returns all policies that have bindings, in the order of their names.
    ///
    /// @param compiler creates a policy's program from its spec
    static <P> DerivedValue<List<Policy<P>>> bound(MatchingContext cluster, String policies, String bindings, Function<JsonNode, P> compiler) {
        ResourceType policyType = cluster.catalog().get("admissionregistration.k8s.io", "v1", policies);
        ResourceType bindingType = cluster.catalog().get("admissionregistration.k8s.io", "v1", bindings);
        return new DerivedValue<>(cluster.caches(), List.of(policyType, bindingType), objects -> {
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
