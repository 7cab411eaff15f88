package io.moka.apiserver.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.cel.CelFailure;
import io.moka.apiserver.cel.CostBudget;
import io.moka.apiserver.cel.JsonValues;
import io.moka.apiserver.cel.MutationTypes;
import io.moka.apiserver.fieldmanager.UnownedMerge;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.matching.Expression;
import io.moka.apiserver.patch.JsonPatch;
import io.moka.apiserver.patch.PatchException;
import io.moka.apiserver.resource.GroupVersionKind;
import io.moka.apiserver.schema.ObjectSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a mutating policy makes of objects. Compiled when the first request comes. Safe for all threads.
final class MutationProgram {
    private final JsonNode spec;
    private volatile @Nullable Compiled compiled;

    private record Compiled(Variables variables, List<Mutation> mutations) {}

    /// One of a policy's mutations, in the language it is written in.
    private record Mutation(boolean patch, Expression expression) {}

    /// A mutation could not be evaluated, or what it comes to cannot be done.
    static final class Failed extends Exception {
        Failed(String message) {
            super(message, null, false, false);
        }
    }

    MutationProgram(JsonNode spec) {
        this.spec = spec;
    }

    /// Whether the policy wants to see objects again that others have changed.
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

    /// How many mutations there are.
    int size() {
        return compiled().mutations.size();
    }

    /// The object as one of the mutations makes it; the same one when there is nothing to be done.
    ///
    /// @param input the variables that all policies have, and `params`
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
            if (String.valueOf(refused.getMessage()).endsWith("test failed")) {
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
