package io.moka.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import io.moka.apiserver.admission.matching.Environments.Types;
import io.moka.apiserver.admission.matching.Expression;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.extension.cel.CelEnvironment;
import io.moka.apiserver.extension.cel.CelFailure;
import io.moka.apiserver.extension.cel.CostBudget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Evaluates the expressions of a validating policy. Compiled when the first request arrives. Safe for all threads.
final class ValidationProgram {
    /// The maximum length of a message from an expression.
    private static final int MAX_MESSAGE_BYTES = 5 * 1024;

    private final JsonNode spec;
    private volatile @Nullable Compiled compiled;

    private record Compiled(Variables variables, List<Validation> validations, List<Annotation> annotations) {}

    private record Validation(Expression expression, @Nullable Expression messageExpression, String message, String reason) {}

    private record Annotation(String key, Expression value) {}

    /// A validation that is violated, or could not be evaluated.
    ///
    /// @param index  the position of the validation in the spec
    /// @param failed whether it could not be evaluated
    record Violation(int index, String message, String reason, boolean failed) {}

    /// @param errors the reasons why annotations have no value
    record Findings(List<Violation> violations, Map<String, String> annotations, List<String> errors) {}

    ValidationProgram(JsonNode spec) {
        this.spec = spec;
    }

    private Compiled compiled() {
        Compiled known = compiled;
        if (known == null) {
            known = compile(new Variables(spec.path("variables"), spec.path("paramKind").isObject(), Types.ANY));
            compiled = known;
        }
        return known;
    }

    private Compiled compile(Variables variables) {
        CelEnvironment messages = variables.messages();
        List<Validation> validations = new ArrayList<>();
        for (JsonNode validation : spec.path("validations")) {
            String words = Json.text(validation, "messageExpression");
            validations.add(new Validation(condition(variables, Json.text(validation, "expression")), words.isEmpty() ? null : message(messages, words),
                    Json.text(validation, "message").strip(), Json.text(validation, "reason")));
        }
        List<Annotation> annotations = new ArrayList<>();
        for (JsonNode annotation : spec.path("auditAnnotations")) {
            annotations.add(new Annotation(Json.text(annotation, "key"), annotation(variables, Json.text(annotation, "valueExpression"))));
        }
        return new Compiled(variables, validations, annotations);
    }

    static Expression condition(Variables variables, String expression) {
        return Expression.of(expression, variables.environment().compile(expression), List.of(SimpleType.BOOL));
    }

    static Expression message(CelEnvironment environment, String expression) {
        return Expression.of(expression, environment.compile(expression), List.of(SimpleType.STRING));
    }

    static Expression annotation(Variables variables, String expression) {
        return Expression.of(expression, variables.environment().compile(expression), List.of(SimpleType.STRING, SimpleType.NULL_TYPE));
    }

    /// @param input the variables common to all policies, and `params`
    Findings evaluate(Map<String, Object> input) {
        Compiled program = compiled();
        CostBudget budget = CostBudget.perObject();
        Map<String, Object> variables = program.variables.bind(input, budget);
        List<Violation> violations = new ArrayList<>(0);
        for (int i = 0; i < program.validations.size(); i++) {
            try {
                if (!Boolean.TRUE.equals(program.validations.get(i).expression.evaluate(variables, budget))) {
                    violations.add(violation(i, program.validations.get(i), variables, budget));
                }
            } catch (CelFailure failed) {
                violations.add(new Violation(i, String.valueOf(failed.getMessage()), "", true));
                if (failed.outOfBudget()) {
                    break;
                }
            }
        }
        Map<String, String> values = new LinkedHashMap<>();
        List<String> errors = new ArrayList<>(0);
        program.annotations.forEach(annotation -> annotate(annotation, variables, budget, values, errors));
        return new Findings(violations, values, errors);
    }

    private static Violation violation(int index, Validation validation, Map<String, Object> variables, CostBudget budget) {
        String reason = validation.reason.isEmpty() ? "Invalid" : validation.reason;
        String message = "";
        if (validation.messageExpression != null) {
            try {
                message = usable(validation.messageExpression.evaluate(variables, budget));
            } catch (CelFailure failed) {
                if (failed.outOfBudget()) {
                    return new Violation(index, "failed messageExpression: " + failed.getMessage(), "", true);
                }
            }
        }
        String words = !message.isEmpty() ? message : !validation.message.isEmpty() ? validation.message : "failed expression: " + validation.expression.text().strip();
        return new Violation(index, words, reason, false);
    }

    /// Returns the message when it is one line of bounded length, else an empty string.
    private static String usable(Object value) {
        String message = value instanceof String text ? text.strip() : "";
        return message.indexOf('\n') >= 0 || message.getBytes(StandardCharsets.UTF_8).length > MAX_MESSAGE_BYTES ? "" : message;
    }

    private static void annotate(Annotation annotation, Map<String, Object> variables, CostBudget budget, Map<String, String> values, List<String> errors) {
        try {
            Object value = annotation.value.evaluate(variables, budget);
            if (value instanceof String text) {
                if (!text.isBlank()) {
                    values.put(annotation.key, text.strip());
                }
            } else if (!(value instanceof NullValue)) {
                errors.add("valueExpression '" + annotation.value.text() + "' resulted in unsupported return type: " + value.getClass().getSimpleName()
                        + ". Return type must be either string or null.");
            }
        } catch (CelFailure failed) {
            errors.add(String.valueOf(failed.getMessage()));
        }
    }
}
