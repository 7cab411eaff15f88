package io.moka.apiserver.matching;

import dev.cel.common.types.CelType;
import io.moka.apiserver.cel.CelEnvironment.Compilation;
import io.moka.apiserver.cel.CelExpression;
import io.moka.apiserver.cel.CelFailure;
import io.moka.apiserver.cel.CostBudget;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// An expression of a webhook or policy that has been compiled, or could not be. Safe for all threads.
public record Expression(String text, Compilation compilation) {
    private static final String OUT_OF_BUDGET = "validation failed due to running out of cost budget, no further validation rules will be run";

    /// @param wanted the types that are good; a value whose type is not known beforehand is not
    public static Expression of(String text, Compilation compiled, List<CelType> wanted) {
        return new Expression(text, switch (compiled) {
            case Compilation.Failed(String why) -> new Compilation.Failed("compilation failed: " + why);
            case Compilation.Compiled(CelExpression expression) when wanted.isEmpty() || wanted.contains(expression.type()) -> compiled;
            case Compilation.Compiled ignored -> new Compilation.Failed(wanted.size() == 1
                    ? "must evaluate to " + name(wanted.getFirst())
                    : "must evaluate to one of " + wanted.stream().map(Expression::name).collect(Collectors.joining(" ", "[", "]")));
        });
    }

    private static String name(CelType type) {
        return type.parameters().isEmpty() ? type.name()
                : type.name() + type.parameters().stream().map(Expression::name).collect(Collectors.joining(", ", "(", ")"));
    }

    /// What keeps the expression from being one; empty when nothing does.
    public String problem() {
        return compilation instanceof Compilation.Failed(String why) ? why : "";
    }

    /// @throws CelFailure with a message that names the expression; out of budget when nothing more may be evaluated at all
    public Object evaluate(Map<String, ?> variables, CostBudget budget) throws CelFailure {
        return switch (compilation) {
            case Compilation.Failed(String why) -> throw new CelFailure("compilation error: " + why, false);
            case Compilation.Compiled(CelExpression expression) -> {
                try {
                    yield expression.evaluate(variables, budget);
                } catch (CelFailure failed) {
                    if (budget.exhausted()) {
                        throw new CelFailure(OUT_OF_BUDGET, true);
                    }
                    throw new CelFailure("expression '" + text + "' resulted in error: "
                            + (failed.outOfBudget() ? "operation cancelled: actual cost limit exceeded" : failed.getMessage()), false);
                }
            }
        };
    }
}
