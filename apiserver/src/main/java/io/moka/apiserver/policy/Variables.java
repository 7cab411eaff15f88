package io.moka.apiserver.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.StructType;
import io.moka.apiserver.cel.CelEnvironment;
import io.moka.apiserver.cel.CelEnvironment.Compilation;
import io.moka.apiserver.cel.CelExpression;
import io.moka.apiserver.cel.CelFailure;
import io.moka.apiserver.cel.CostBudget;
import io.moka.apiserver.cel.LazyValues;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.matching.Environments;
import io.moka.apiserver.matching.Environments.Scope;
import io.moka.apiserver.matching.Environments.Types;
import io.moka.apiserver.matching.Expression;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/// A policy's variables, each of which may speak of those before it, and the environments in which its other expressions are compiled.
final class Variables {
    private final Map<String, Expression> expressions = new LinkedHashMap<>();
    private final Map<String, CelType> types = new HashMap<>();
    private final StructType struct;
    private final boolean params;
    private final Types known;
    private final CelEnvironment environment;
    private final BiFunction<CelEnvironment, String, Compilation> compiler;

    /// @param known what is known of the types of `object` and `params`
    Variables(JsonNode variables, boolean params, Types known) {
        this(variables, params, known, CelEnvironment::compile);
    }

    private Variables(JsonNode variables, boolean params, Types known, BiFunction<CelEnvironment, String, Compilation> compiler) {
        this.params = params;
        this.compiler = compiler;
        ImmutableSet.Builder<String> names = ImmutableSet.builder();
        variables.forEach(variable -> names.add(Json.text(variable, "name")));
        struct = StructType.create("kubernetes.variables", names.build(), name -> Optional.ofNullable(types.get(name)));
        this.known = known.withVariables(struct);
        environment = variables.isEmpty() && known.equals(Types.ANY) ? Environments.of(new Scope(params, true)) : Environments.of(new Scope(params, true), this.known);
        variables.forEach(variable -> compile(Json.text(variable, "name"), Json.text(variable, "expression")));
    }

    /// Those of a mutating policy, which may be objects.
    static Variables ofMutations(JsonNode variables, boolean params) {
        return new Variables(variables, params, Types.ANY, CelEnvironment::compileMutation);
    }

    private void compile(String name, String text) {
        Expression expression = Expression.of(text, compiler.apply(environment, text), List.of());
        expressions.put(name, expression);
        if (expression.compilation() instanceof Compilation.Compiled(CelExpression compiled)) {
            types.put(name, compiled.type());
        }
    }

    Expression of(String name) {
        Expression expression = expressions.get(name);
        if (expression == null) {
            throw new IllegalArgumentException(name);
        }
        return expression;
    }

    /// For all expressions but messages.
    CelEnvironment environment() {
        return environment;
    }

    /// For messages, which do not ask about access.
    CelEnvironment messages() {
        return struct.fieldNames().isEmpty() && known.more().isEmpty() ? Environments.of(new Scope(params, false)) : Environments.of(new Scope(params, false), known);
    }

    /// Adds `variables` to the others.
    Map<String, Object> bind(Map<String, Object> others, CostBudget budget) {
        if (expressions.isEmpty()) {
            return others;
        }
        Map<String, Object> all = new HashMap<>(others);
        all.put("variables", new LazyValues(expressions.keySet(), name -> {
            try {
                return of(name).evaluate(all, budget);
            } catch (CelFailure failed) {
                throw new CelFailure("composited variable \"" + name + "\" fails to evaluate: " + failed.getMessage(), failed.outOfBudget());
            }
        }));
        return all;
    }
}
