package io.moka.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.matching.Expression;
import io.moka.apiserver.core.fieldmanager.UnownedMerge;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.patch.JsonPatch;
import io.moka.apiserver.core.patch.PatchException;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.schema.ObjectSchema;
import io.moka.apiserver.extension.cel.CelFailure;
import io.moka.apiserver.extension.cel.CostBudget;
import io.moka.apiserver.extension.cel.JsonValues;
import io.moka.apiserver.extension.cel.MutationTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Applies the mutations of a mutating policy to objects. Compiled when the first request arrives. Safe for all threads.
final class MutationProgram {
    private final JsonNode spec;
    private volatile @Nullable Compiled compiled;

    private record Compiled(Variables variables, List<Mutation> mutations) {}

    /// A mutation of a policy. `patch` is true for a JSON patch and false for an apply configuration.
    private record Mutation(boolean patch, Expression expression) {}

    /// Thrown when a mutation cannot be evaluated, or its result cannot be applied.
    static final class Failed extends Exception {
        Failed(String message) {
            super(message, null, false, false);
        }
    }

    MutationProgram(JsonNode spec) {
        this.spec = spec;
    }

    /// Whether the policy is evaluated again for an object that later plugins have changed.
    boolean reinvocable() {
        return Json.text(spec, "reinvocationPolicy").equals("IfNeeded");
    }

    private Compiled compiled() {
        Compiled known = compiled;
        if (known == null) {
            Variables variables = Variables.ofMutations(spec.path("variables"), spec.path("paramKind").isObject());
            List<Mutation> mutations = new ArrayList<>();
            spec.path("mutations").forEach(mutation -> mutations.add(new Mutation(isPatch(mutation), compile(variables, mutation))));
            known = new Compiled(variables, mutations);
            compiled = known;
        }
        return known;
    }

    static boolean isPatch(JsonNode mutation) {
        return Json.text(mutation, "patchType").equals("JSONPatch");
    }

    static Expression compile(Variables variables, JsonNode mutation) {
        boolean patch = isPatch(mutation);
        String text = Json.text(mutation, patch ? "jsonPatch" : "applyConfiguration", "expression");
        return Expression.of(text, variables.environment().compileMutation(text), List.of(patch ? MutationTypes.PATCH : MutationTypes.OBJECT));
    }

    /// Returns the number of mutations.
    int size() {
        return compiled().mutations.size();
    }

    /// Returns the object as changed by one of the mutations; the same instance when there is nothing to change.
    ///
    /// @param input the variables common to all policies, and `params`
    JsonNode apply(int index, ObjectNode object, GroupVersionKind kind, ObjectSchema schema, Map<String, Object> input) throws Failed {
        Compiled program = compiled();
        Mutation mutation = program.mutations.get(index);
        CostBudget budget = CostBudget.perObject();
        try {
            JsonNode value = JsonValues.of(mutation.expression.evaluate(program.variables.bind(input, budget), budget));
            return mutation.patch ? patched(object, value) : applied(object, (ObjectNode) value, kind, schema);
        } catch (CelFailure failed) {
            throw new Failed(String.valueOf(failed.getMessage()));
        }
    }

    private static JsonNode patched(ObjectNode object, JsonNode operations) throws Failed {
        try {
            return JsonPatch.apply(object, operations);
        } catch (PatchException refused) {
            if (refused.kind() == PatchException.Kind.TEST_FAILED) {
                return object;
            }
            throw new Failed("JSONPath: " + refused.getMessage());
        }
    }

    private static JsonNode applied(ObjectNode object, ObjectNode config, GroupVersionKind kind, ObjectSchema schema) throws Failed {
        try {
            return UnownedMerge.of(schema, object, config.put("kind", kind.kind()).put("apiVersion", kind.apiVersion()));
        } catch (UnownedMerge.Refused refused) {
            throw new Failed("error applying patch: " + refused.getMessage());
        }
    }
}
