package io.moka.apiserver.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.schema.Cause;
import io.moka.apiserver.strategy.Strategy;
import io.moka.apiserver.structural.FieldPath;
import io.moka.apiserver.structural.Problems;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is special about MutatingAdmissionPolicies on their way into the store.
public final class MutatingPolicyStrategy implements Strategy {
    private static final List<String> PATCH_TYPES = List.of("ApplyConfiguration", "JSONPatch");
    private static final List<String> REINVOCATIONS = List.of("IfNeeded", "Never");

    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public List<Cause> validateCreate(ObjectNode object) {
        return validate(object, null);
    }

    @Override
    public List<Cause> validateUpdate(ObjectNode updated, ObjectNode current) {
        return updated.path("spec").equals(current.path("spec")) ? List.of() : validate(updated, current);
    }

    private static List<Cause> validate(ObjectNode policy, @Nullable ObjectNode old) {
        Problems problems = new Problems();
        PolicyRules rules = new PolicyRules(problems);
        JsonNode spec = policy.path("spec");
        Variables variables = Variables.ofMutations(spec.path("variables"), spec.path("paramKind").isObject());
        rules.check(policy, old, variables);
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
        return problems.found();
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
