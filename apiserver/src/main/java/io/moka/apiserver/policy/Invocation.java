package io.moka.apiserver.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.AdmissionRequest;
import io.moka.apiserver.cel.CelValues;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.matching.Cluster;
import io.moka.apiserver.matching.Criteria;
import io.moka.apiserver.matching.ExpressionInput;
import io.moka.apiserver.matching.ReviewedRequest;
import io.moka.apiserver.resource.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One evaluation of a policy: for one of its bindings and one object of parameters.
///
/// @param as    the version in which the policy wants to see the request
/// @param param null for none
record Invocation<P>(Policy<P> policy, Policy.Binding binding, ResourceType as, @Nullable ObjectNode param) {
    private static final Set<String> BEYOND = Set.of("authentication.k8s.io", "authorization.k8s.io");

    /// A policy that cannot be applied, or a binding of it.
    ///
    /// @param binding null when it is the policy itself
    record Problem<P>(Policy<P> policy, Policy.@Nullable Binding binding, String message) {}

    /// Whether no policy is about a request: questions to the server, and what is not even stored.
    static boolean exempt(AdmissionRequest request) {
        return Criteria.exempt(request) || BEYOND.contains(request.type().group()) && !request.type().stored() || request.isCore("bindings");
    }

    /// All evaluations that a request needs, in order.
    static <P> List<Invocation<P>> of(List<Policy<P>> policies, AdmissionRequest request, Cluster cluster, Consumer<Problem<P>> problems) {
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

    /// The variables for the policy's expressions; conditions are not told of the namespace.
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

    /// What tells it from the others of a request.
    String id() {
        return policy.name() + "/" + binding.name() + "/" + (param == null ? "" : Json.namespace(param) + "/" + Json.name(param));
    }

    static Map<String, Object> common(ReviewedRequest reviewed, Cluster cluster) {
        return ExpressionInput.of(reviewed, cluster.namespaceOf(reviewed.request()), cluster.authorizer());
    }
}
