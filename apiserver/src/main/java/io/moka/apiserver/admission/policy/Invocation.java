package io.moka.apiserver.admission.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.matching.Criteria;
import io.moka.apiserver.admission.matching.ExpressionInput;
import io.moka.apiserver.admission.matching.MatchingContext;
import io.moka.apiserver.admission.matching.ReviewedRequest;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.extension.cel.CelValues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One evaluation of a policy: for one of its bindings and one parameter object.
///
/// @param as    the resource version in which the policy expects the request
/// @param param the parameter object, or null
record Invocation<P>(Policy<P> policy, Policy.Binding binding, ResourceType as, @Nullable ObjectNode param) {
    private static final Set<String> BEYOND = Set.of("authentication.k8s.io", "authorization.k8s.io");

    /// A policy or binding that cannot be applied.
    ///
    /// @param binding null when the policy itself cannot be applied
    record Problem<P>(Policy<P> policy, Policy.@Nullable Binding binding, String message) {}

    /// Whether no policy applies to a request: one that [Criteria] exempts, a review, or a pod's binding, which are not stored.
    static boolean exempt(AdmissionRequest request) {
        return Criteria.exempt(request) || BEYOND.contains(request.type().group()) && !request.type().stored() || request.isCore("bindings");
    }

    /// Returns all evaluations that a request needs, in order. Policies and bindings that cannot be applied are passed to `problems`.
    static <P> List<Invocation<P>> of(List<Policy<P>> policies, AdmissionRequest request, MatchingContext cluster, Consumer<Problem<P>> problems) {
        List<Invocation<P>> invocations = new ArrayList<>();
        ParamLookup lookup = new ParamLookup(cluster);
        for (Policy<P> policy : policies) {
            ResourceType as = policy.criteria().match(request, cluster);
            if (as == null) {
                continue;
            }
            try {
                ResourceType params = lookup.type(policy.paramKind());
                policy.bindings().forEach(binding -> addAll(policy, binding, as, params, request, lookup, invocations, problems));
            } catch (Misconfigured wrong) {
                problems.accept(new Problem<>(policy, null, "failed to configure policy: " + wrong.getMessage()));
            }
        }
        return invocations;
    }

    private static <P> void addAll(Policy<P> policy, Policy.Binding binding, ResourceType as, @Nullable ResourceType params, AdmissionRequest request,
            ParamLookup lookup, List<Invocation<P>> invocations, Consumer<Problem<P>> problems) {
        if (binding.criteria() != null && binding.criteria().match(request, lookup.cluster()) == null) {
            return;
        }
        try {
            lookup.find(params, binding.paramRef(), request.isCore("namespaces") ? request.name() : request.namespace())
                    .forEach(param -> invocations.add(new Invocation<>(policy, binding, as, param)));
        } catch (Misconfigured wrong) {
            problems.accept(new Problem<>(policy, binding, "failed to configure binding: " + wrong.getMessage()));
        }
    }

    /// Returns the variables for the policy's expressions. Match conditions get them [without the namespace][#withoutNamespace].
    Map<String, Object> input(Map<String, Object> common) {
        Map<String, Object> variables = new HashMap<>(common);
        variables.put("params", ExpressionInput.value(param));
        return variables;
    }

    static Map<String, Object> withoutNamespace(Map<String, Object> input) {
        Map<String, Object> variables = new HashMap<>(input);
        variables.put("namespaceObject", CelValues.nullValue());
        return variables;
    }

    /// Returns an id that is unique among the invocations of a request.
    String id() {
        return policy.name() + "/" + binding.name() + "/" + (param == null ? "" : Json.namespace(param) + "/" + Json.name(param));
    }

    static Map<String, Object> common(ReviewedRequest reviewed, MatchingContext cluster) {
        return ExpressionInput.of(reviewed, cluster.namespaceOf(reviewed.request()), cluster.authorizer());
    }
}
