package io.moka.apiserver.extension.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.Problems;
import io.moka.apiserver.extension.cel.CelExpression;
import io.moka.apiserver.extension.cel.CelFailure;
import io.moka.apiserver.extension.cel.CostBudget;
import io.moka.apiserver.extension.cel.SchemaValues;
import io.moka.apiserver.extension.structural.ListIdentity;
import io.moka.apiserver.extension.structural.StructuralSchema;
import io.moka.apiserver.extension.structural.ValidationRule;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Validates objects against the CEL rules in their schema, which are compiled when the first object is validated. Safe for all threads.
final class CustomObjectRules {
    private final StructuralSchema schema;
    private volatile @Nullable CompiledRules compiled;

    CustomObjectRules(StructuralSchema schema) {
        this.schema = schema;
    }

    private CompiledRules compiled() {
        CompiledRules known = compiled;
        if (known == null) {
            synchronized (this) {
                known = compiled == null ? CompiledRules.of(schema) : compiled;
                compiled = known;
            }
        }
        return known;
    }

    void check(ObjectNode object, @Nullable ObjectNode old, Problems problems) {
        new Walk(problems, CostBudget.perObject()).visit(compiled(), schema, object, old, FieldPath.ROOT);
    }

    /// The state of one object's validation: the problems found so far, and the remaining cost budget.
    private record Walk(Problems problems, CostBudget budget) {

        void visit(CompiledRules rules, StructuralSchema at, JsonNode value, @Nullable JsonNode old, FieldPath path) {
            if (value.isNull() || budget.exhausted()) {
                return;
            }
            apply(rules, at, value, old, path);
            if (value.isObject()) {
                for (Map.Entry<String, JsonNode> field : value.properties()) {
                    CompiledRules below = rules.child(field.getKey());
                    StructuralSchema child = at.child(field.getKey());
                    if (below != null && child != null) {
                        boolean free = !at.properties().containsKey(field.getKey());
                        visit(below, child, field.getValue(), old == null ? null : old.get(field.getKey()),
                                free ? path.key(field.getKey()) : path.child(field.getKey()));
                    }
                }
            } else if (value.isArray() && rules.items() != null && at.items() != null) {
                for (int i = 0; i < value.size(); i++) {
                    visit(rules.items(), at.items(), value.get(i), ListIdentity.sameElement(at, value.get(i), old), path.index(i));
                }
            }
        }

        private void apply(CompiledRules rules, StructuralSchema at, JsonNode value, @Nullable JsonNode old, FieldPath path) {
            if (rules.rules().isEmpty()) {
                return;
            }
            Map<String, Object> variables = new HashMap<>();
            variables.put("self", SchemaValues.of(at, value));
            for (CompiledRules.Compiled rule : rules.rules()) {
                boolean transition = rule.expression().mentions("oldSelf");
                boolean unchanged = value.equals(old);
                if (transition && old == null && !rule.source().optionalOldSelf() || !transition && unchanged) {
                    continue;
                }
                if (transition) {
                    Object before = old == null ? null : SchemaValues.of(at, old);
                    variables.put("oldSelf", rule.source().optionalOldSelf() ? Optional.ofNullable(before) : before);
                }
                evaluate(rule, at, value, variables, path);
                if (budget.exhausted()) {
                    return;
                }
            }
        }

        private void evaluate(CompiledRules.Compiled rule, StructuralSchema at, JsonNode value, Map<String, Object> variables, FieldPath path) {
            try {
                Object result = rule.expression().evaluate(variables, budget);
                if (!Boolean.TRUE.equals(result)) {
                    report(rule, at, variables, path);
                }
            } catch (CelFailure failed) {
                problems.invalid(path, at.type(), failed.outOfBudget()
                        ? "validation failed due to running out of cost budget, no further validation rules will be run"
                        : failed.getMessage() + " evaluating rule: " + description(rule.source()));
            }
        }

        private void report(CompiledRules.Compiled rule, StructuralSchema at, Map<String, Object> variables, FieldPath path) {
            ValidationRule source = rule.source();
            String message = message(rule, variables);
            String where = path + (path.toString().isEmpty() && source.fieldPath().startsWith(".") ? source.fieldPath().substring(1) : source.fieldPath());
            switch (source.reason()) {
                case "FieldValueForbidden" -> problems.forbidden(where, message);
                case "FieldValueRequired" -> problems.required(where, message);
                case "FieldValueDuplicate" -> problems.duplicate(where, com.fasterxml.jackson.databind.node.TextNode.valueOf(at.type()));
                default -> problems.invalid(where.isEmpty() ? "<nil>" : where, at.type(), message);
            }
        }

        /// Returns the result of the rule's `messageExpression`; without a usable result, the rule's plain message.
        private String message(CompiledRules.Compiled rule, Map<String, Object> variables) {
            CelExpression expression = rule.message();
            if (expression != null) {
                try {
                    if (expression.evaluate(variables, budget) instanceof String text && !text.isBlank() && text.indexOf('\n') < 0) {
                        return text.strip();
                    }
                } catch (CelFailure failed) {
                    return description(rule.source());
                }
            }
            return description(rule.source());
        }

        private static String description(ValidationRule rule) {
            return rule.message().isBlank() ? "failed rule: " + rule.rule().strip() : rule.message().strip();
        }
    }
}
