package io.moka.apiserver.admission.matching;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.types.SimpleType;
import io.moka.apiserver.admission.matching.Environments.Scope;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.extension.cel.CelEnvironment;
import io.moka.apiserver.extension.cel.CelFailure;
import io.moka.apiserver.extension.cel.CostBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The compiled `matchConditions` of a webhook or policy, all of which must hold. They are compiled when the first request arrives. Safe for all threads.
public final class MatchConditions {
    /// Upstream's cost budget for one evaluation of all conditions.
    private static final long BUDGET = 2_500_000;

    private final JsonNode source;
    private final Scope scope;
    private final boolean failsOpen;
    private volatile @Nullable List<Condition> compiled;

    private record Condition(String name, Expression expression) {}

    /// The result of evaluating the conditions for a request.
    public sealed interface Result {
        record Matches() implements Result {}

        /// @param condition the first condition that does not hold; empty when the conditions could not be evaluated and therefore exclude the request
        record Excluded(String condition) implements Result {}

        /// The conditions could not be evaluated.
        record Failed(String why) implements Result {}
    }

    /// @param source    the list of conditions
    /// @param failsOpen whether conditions that cannot be evaluated exclude the request, rather than fail it
    public MatchConditions(JsonNode source, boolean params, boolean failsOpen) {
        this.source = source;
        this.failsOpen = failsOpen;
        scope = new Scope(params, true);
    }

    public boolean isEmpty() {
        return source.isEmpty();
    }

    /// Compiles one condition, to check whether it is valid.
    public static Expression compile(String expression, boolean params) {
        return compile(Environments.of(new Scope(params, true)), expression);
    }

    private static Expression compile(CelEnvironment environment, String expression) {
        return Expression.of(expression, environment.compile(expression), List.of(SimpleType.BOOL));
    }

    private List<Condition> compiled() {
        List<Condition> known = compiled;
        if (known == null) {
            CelEnvironment environment = Environments.of(scope);
            List<Condition> made = new ArrayList<>();
            source.forEach(condition -> made.add(new Condition(Json.text(condition, "name"), compile(environment, Json.text(condition, "expression")))));
            known = List.copyOf(made);
            compiled = known;
        }
        return known;
    }

    /// @param variables the variables that [ExpressionInput] makes, without a `namespaceObject`
    public Result evaluate(Map<String, Object> variables) {
        List<String> problems = new ArrayList<>(0);
        CostBudget budget = new CostBudget(BUDGET);
        for (Condition condition : compiled()) {
            try {
                if (Boolean.FALSE.equals(condition.expression().evaluate(variables, budget))) {
                    return new Result.Excluded(condition.name());
                }
            } catch (CelFailure failed) {
                problems.add(failed.getMessage());
                if (failed.outOfBudget()) {
                    break;
                }
            }
        }
        if (problems.isEmpty()) {
            return new Result.Matches();
        }
        return failsOpen ? new Result.Excluded("") : new Result.Failed(problems.size() == 1 ? problems.getFirst() : "[" + String.join(", ", problems) + "]");
    }
}
