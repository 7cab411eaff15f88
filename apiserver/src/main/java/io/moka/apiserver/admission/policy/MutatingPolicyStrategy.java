package io.moka.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.Problems;
import java.util.List;

/// The strategy of MutatingAdmissionPolicies: validates their mutations and reinvocation policy.
public final class MutatingPolicyStrategy extends PolicyStrategy {
    private static final List<String> PATCH_TYPES = List.of("ApplyConfiguration", "JSONPatch");
    private static final List<String> REINVOCATIONS = List.of("IfNeeded", "Never");

    @Override
    Variables variables(JsonNode spec) {
        return Variables.ofMutations(spec.path("variables"), spec.path("paramKind").isObject());
    }

    @Override
    void check(ObjectNode policy, Variables variables, PolicyRules rules, Problems problems) {
        JsonNode spec = policy.path("spec");
        FieldPath path = PolicyRules.SPEC.child("mutations");
        JsonNode mutations = spec.path("mutations");
        if (mutations.isEmpty()) {
            problems.required(path, "mutations must contain at least one item");
        }
        for (int i = 0; i < mutations.size(); i++) {
            checkMutation(mutations.get(i), variables, rules, problems, path.index(i));
        }
        String reinvocation = Json.text(spec, "reinvocationPolicy");
        if (reinvocation.isEmpty()) {
            problems.required(PolicyRules.SPEC.child("reinvocationPolicy"), "");
        } else if (!REINVOCATIONS.contains(reinvocation)) {
            problems.notSupported(PolicyRules.SPEC.child("reinvocationPolicy"), TextNode.valueOf(reinvocation), REINVOCATIONS);
        }
    }

    private static void checkMutation(JsonNode mutation, Variables variables, PolicyRules rules, Problems problems, FieldPath path) {
        String type = Json.text(mutation, "patchType");
        if (type.isEmpty()) {
            problems.required(path.child("patchType"), "");
            return;
        }
        if (!PATCH_TYPES.contains(type)) {
            problems.notSupported(path.child("patchType"), TextNode.valueOf(type), PATCH_TYPES);
            return;
        }
        String field = MutationProgram.isPatch(mutation) ? "jsonPatch" : "applyConfiguration";
        String other = MutationProgram.isPatch(mutation) ? "applyConfiguration" : "jsonPatch";
        if (!mutation.path(field).isObject()) {
            problems.required(path.child(field), "must be specified when patchType is " + type);
            return;
        }
        if (mutation.path(other).isObject()) {
            problems.invalid(path.child(other), mutation.path(other), "must not be specified when patchType is " + type);
        }
        if (Json.text(mutation, field, "expression").isBlank()) {
            problems.required(path.child(field).child("expression"), "expression is not specified");
        } else {
            rules.criteria().checkExpression(MutationProgram.compile(variables, mutation), path.child(field).child("expression"));
        }
    }
}
