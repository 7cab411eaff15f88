package io.moka.apiserver.crd;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import io.moka.apiserver.cel.CelEnvironment;
import io.moka.apiserver.cel.CelEnvironment.Compilation;
import io.moka.apiserver.cel.SchemaTypes;
import io.moka.apiserver.structural.FieldPath;
import io.moka.apiserver.structural.Problems;
import io.moka.apiserver.structural.StructuralSchema;
import io.moka.apiserver.structural.ValidationRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whether the rules in a definition's schema are rules at all.
final class RuleCompilation {
    private static final List<String> REASONS = List.of("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired");

    private final SchemaTypes types = new SchemaTypes();
    private final Problems problems;

    private RuleCompilation(Problems problems) {
        this.problems = problems;
    }

    static void check(StructuralSchema schema, FieldPath path, Problems problems) {
        RuleCompilation compilation = new RuleCompilation(problems);
        compilation.visit(schema, compilation.types.ofObject(schema), path, null, "Object");
    }

    /// @param uncorrelatable the list above whose elements cannot be told apart from one update to the next; null when there is none
    private void visit(StructuralSchema schema, CelType self, FieldPath path, @Nullable FieldPath uncorrelatable, String name) {
        for (int i = 0; i < schema.rules().size(); i++) {
            check(schema.rules().get(i), schema, self, path.child("x-kubernetes-validations").index(i), uncorrelatable);
        }
        for (Map.Entry<String, StructuralSchema> property : schema.properties().entrySet()) {
            visitBelow(property.getValue(), path.child("properties").key(property.getKey()), uncorrelatable, name + "." + property.getKey());
        }
        if (schema.items() != null) {
            visitBelow(schema.items(), path.child("items"), schema.listType().equals("map") ? uncorrelatable : path, name + ".@items");
        }
        if (schema.additional() != null) {
            visitBelow(schema.additional(), path.child("additionalProperties"), uncorrelatable, name + ".@values");
        }
    }

    private void visitBelow(StructuralSchema schema, FieldPath path, @Nullable FieldPath uncorrelatable, String name) {
        if (schema.hasRules()) {
            visit(schema, types.of(name, schema), path, uncorrelatable, name);
        }
    }

    private void check(ValidationRule rule, StructuralSchema schema, CelType self, FieldPath path, @Nullable FieldPath uncorrelatable) {
        if (rule.rule().isBlank()) {
            problems.required(path.child("rule"), "rule is not specified");
            return;
        }
        checkMessage(rule, path);
        if (!rule.reason().isEmpty() && !REASONS.contains(rule.reason())) {
            problems.notSupported(path.child("reason"), TextNode.valueOf(rule.reason()), REASONS);
        }
        if (!rule.fieldPath().isEmpty() && !leadsSomewhere(schema, rule.fieldPath())) {
            problems.invalid(path.child("fieldPath"), rule.fieldPath(), "fieldPath must be a valid path: does not refer to a valid field");
        }
        CelEnvironment environment = CompiledRules.environment(rule, self, types);
        switch (environment.compile(rule.rule(), CelKind.BOOL)) {
            case Compilation.Failed(String why) -> problems.invalid(path.child("rule"), rule.rule(), why.startsWith("must") ? "cel expression " + why : "compilation failed: " + why);
            case Compilation.Compiled(var expression) -> {
                boolean transition = expression.mentions("oldSelf");
                if (transition && uncorrelatable != null) {
                    problems.invalid(path.child("rule"), rule.rule(), "oldSelf cannot be used on the uncorrelatable portion of the schema within " + uncorrelatable);
                } else if (rule.optionalOldSelf() && !transition) {
                    problems.invalid(path.child("optionalOldSelf"), "true", "may not be set if oldSelf is not used in rule");
                }
            }
        }
        if (!rule.messageExpression().isEmpty() && environment.compile(rule.messageExpression(), CelKind.STRING) instanceof Compilation.Failed(String why)) {
            problems.invalid(path.child("messageExpression"), rule.messageExpression(), why.startsWith("must") ? "messageExpression " + why : "messageExpression compilation failed: " + why);
        }
    }

    private void checkMessage(ValidationRule rule, FieldPath path) {
        if (rule.message().isEmpty()) {
            if (rule.rule().indexOf('\n') >= 0) {
                problems.required(path.child("message"), "message must be specified if rule contains line breaks");
            }
        } else if (rule.message().isBlank()) {
            problems.invalid(path.child("message"), rule.message(), "message must be non-empty if specified");
        } else if (rule.message().indexOf('\n') >= 0) {
            problems.invalid(path.child("message"), rule.message(), "message must not contain line breaks");
        }
    }

    private static boolean leadsSomewhere(StructuralSchema schema, String fieldPath) {
        StructuralSchema at = schema;
        for (String step : fieldPath.replaceAll("\\['([^']*)']", ".$1").substring(Set.of('.', '[').contains(fieldPath.charAt(0)) ? 1 : 0).split("\\.")) {
            at = at == null ? null : at.child(step);
        }
        return fieldPath.startsWith(".") || fieldPath.startsWith("['") ? at != null : false;
    }
}
