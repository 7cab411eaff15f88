package io.moka.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.StructType;
import io.moka.apiserver.admission.matching.Environments;
import io.moka.apiserver.admission.matching.Environments.Scope;
import io.moka.apiserver.admission.matching.Environments.Types;
import io.moka.apiserver.admission.matching.Expression;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.extension.cel.CelEnvironment;
import io.moka.apiserver.extension.cel.CelEnvironment.Compilation;
import io.moka.apiserver.extension.cel.CelExpression;
import io.moka.apiserver.extension.cel.CelFailure;
import io.moka.apiserver.extension.cel.CostBudget;
import io.moka.apiserver.extension.cel.LazyValues;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/// A policy's variables, each of which may refer to those before it, and the environments in which the policy's other expressions are compiled.
final class Variables {
    private final Map<String, Expression> expressions = new LinkedHashMap<>();
    private final Map<String, CelType> types = new HashMap<>();
    private final StructType struct;
    private final boolean params;
    private final Types known;
    private final CelEnvironment environment;
    private final BiFunction<CelEnvironment, String, Compilation> compiler;

    /// @param known the known types of `object` and `params`
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

    /// Returns the variables of a mutating policy, whose values may be objects (`Object{...}`).
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

    /// Returns the environment for all expressions except messages.
    CelEnvironment environment() {
        return environment;
    }

    /// Returns the environment for messages, which has no `authorizer`.
    CelEnvironment messages() {
        return struct.fieldNames().isEmpty() && known.more().isEmpty() ? Environments.of(new Scope(params, false)) : Environments.of(new Scope(params, false), known);
    }

    /// Returns `others` with `variables` added.
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
