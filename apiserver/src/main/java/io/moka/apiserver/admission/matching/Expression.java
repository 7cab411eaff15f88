package io.moka.apiserver.admission.matching;

import dev.cel.common.types.CelType;
import io.moka.apiserver.extension.cel.CelEnvironment.Compilation;
import io.moka.apiserver.extension.cel.CelExpression;
import io.moka.apiserver.extension.cel.CelFailure;
import io.moka.apiserver.extension.cel.CostBudget;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// An expression of a webhook or policy with the result of its compilation: a program or an error. Safe for all threads.
public record Expression(String text, Compilation compilation) {
    private static final String OUT_OF_BUDGET = "validation failed due to running out of cost budget, no further validation rules will be run";

    /// @param wanted the accepted types of the result; a type that is known only at evaluation is not accepted
    public static Expression of(String text, Compilation compiled, List<CelType> wanted) {
        return new Expression(text, switch (compiled) {
            case Compilation.Failed(var reason, String why) -> new Compilation.Failed(reason, "compilation failed: " + why);
            case Compilation.Compiled(CelExpression expression) when wanted.isEmpty() || wanted.contains(expression.type()) -> compiled;
            case Compilation.Compiled ignored -> new Compilation.Failed(Compilation.Reason.WRONG_TYPE, wanted.size() == 1
                    ? "must evaluate to " + name(wanted.getFirst())
                    : "must evaluate to one of " + wanted.stream().map(Expression::name).collect(Collectors.joining(" ", "[", "]")));
        });
    }

    private static String name(CelType type) {
        return type.parameters().isEmpty() ? type.name()
                : type.name() + type.parameters().stream().map(Expression::name).collect(Collectors.joining(", ", "(", ")"));
    }

    /// Returns the reason why the expression could not be compiled; empty when it could.
    public String problem() {
        return compilation instanceof Compilation.Failed(var ignored, String why) ? why : "";
    }

    /// @throws CelFailure with a message that names the expression; it is out of budget when no further expression may be evaluated
    public Object evaluate(Map<String, ?> variables, CostBudget budget) throws CelFailure {
        return switch (compilation) {
            case Compilation.Failed(var ignored, String why) -> throw new CelFailure("compilation error: " + why, false);
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
