package io.moka.apiserver.extension.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelReference;
import dev.cel.common.types.CelType;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// A compiled expression. Safe for all threads.
public final class CelExpression {
    private final String text;
    private final CelRuntime.Program program;
    private final Set<String> references;
    private final CelAbstractSyntaxTree tree;

    CelExpression(String text, CelAbstractSyntaxTree tree, CelRuntime.Program program) {
        this.text = text;
        this.program = program;
        this.tree = tree;
        references = tree.getReferenceMap().values().stream().map(CelReference::name).collect(Collectors.toUnmodifiableSet());
    }

    /// Whether the expression mentions a variable.
    public boolean mentions(String variable) {
        return references.contains(variable);
    }

    /// Returns the type of the result, as far as it is known at compile time.
    public CelType type() {
        return tree.getResultType();
    }

    /// Returns the maximum cost of an evaluation with variables of these sizes.
    public long estimatedCost(SchemaSizes variables) {
        return CostEstimator.estimate(tree, variables);
    }

    /// Returns the expression's value as a Java object: Boolean, Long, Double, String, List, Map, Optional, Instant, Duration, ...
    ///
    /// @param variables by name; all that the expression mentions
    /// @throws CelFailure when the evaluation fails or the budget does not suffice
    public Object evaluate(Map<String, ?> variables, CostBudget budget) throws CelFailure {
        CostBudget.Meter meter = budget.meter();
        try {
            return program.trace(variables, (node, value) -> meter.charge(value));
        } catch (CelEvaluationException | CostBudget.Exhausted | LazyValues.Unavailable failed) {
            if (meter.exhausted()) {
                throw new CelFailure("running out of cost budget", true);
            }
            throw new CelFailure(Wording.of(String.valueOf(failed.getMessage())), false);
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
