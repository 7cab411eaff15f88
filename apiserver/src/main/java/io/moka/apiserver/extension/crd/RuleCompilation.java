package io.moka.apiserver.extension.crd;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.Problems;
import io.moka.apiserver.extension.cel.CelEnvironment;
import io.moka.apiserver.extension.cel.CelEnvironment.Compilation;
import io.moka.apiserver.extension.cel.SchemaSizes;
import io.moka.apiserver.extension.cel.SchemaTypes;
import io.moka.apiserver.extension.structural.StructuralSchema;
import io.moka.apiserver.extension.structural.ValidationRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compiles the validation rules in a definition's schema, to report those that are invalid or too expensive.
final class RuleCompilation {
    private static final List<String> REASONS = List.of("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired");

    private final SchemaTypes types = new SchemaTypes();
    private final Problems problems;
    private final RuleCosts costs;

    private RuleCompilation(Problems problems) {
        this.problems = problems;
        costs = new RuleCosts(problems);
    }

    /// @param estimated whether rules whose estimated cost is too high are refused
    static void check(StructuralSchema schema, FieldPath path, Problems problems, boolean estimated) {
        RuleCompilation compilation = new RuleCompilation(problems);
        compilation.visit(schema, compilation.types.ofObject(schema), new Place(path, null, 1, true), "Object");
        if (estimated) {
            compilation.costs.report(path);
        }
    }

    /// A place in the schema at which rules may stand.
    ///
    /// @param uncorrelatable the enclosing list whose elements cannot be matched from one update to the next; null when there is none
    /// @param times how often such a value may occur in one object by the bounds of the enclosing lists and maps; -1 when these are unbounded
    /// @param whole whether the value is a whole object
    private record Place(FieldPath path, @Nullable FieldPath uncorrelatable, long times, boolean whole) {
        Place below(FieldPath path, StructuralSchema child) {
            return new Place(path, uncorrelatable, times, child.embedded());
        }

        Place inside(FieldPath path, StructuralSchema child, long count, @Nullable FieldPath uncorrelatable) {
            return new Place(path, uncorrelatable, times < 0 || count < 0 ? -1 : RuleCosts.multiply(times, count), child.embedded());
        }
    }

    /// The subject of the rules at one place: the schema, the type of `self`, and the sizes for the cost estimate.
    private record Site(StructuralSchema schema, CelType self, Place place, SchemaSizes sizes) {
        long times() {
            return place.times < 0 ? sizes.perRequest() : place.times;
        }
    }

    private void visit(StructuralSchema schema, CelType self, Place place, String name) {
        FieldPath path = place.path();
        if (!schema.rules().isEmpty()) {
            Site site = new Site(schema, self, place, SchemaSizes.of(schema, place.whole()));
            for (int i = 0; i < schema.rules().size(); i++) {
                check(schema.rules().get(i), site, path.child("x-kubernetes-validations").index(i));
            }
        }
        for (Map.Entry<String, StructuralSchema> property : schema.properties().entrySet()) {
            visitBelow(property.getValue(), place.below(path.child("properties").key(property.getKey()), property.getValue()), name + "." + property.getKey());
        }
        if (schema.items() != null) {
            FieldPath uncorrelatable = schema.listType().equals("map") ? place.uncorrelatable() : path;
            visitBelow(schema.items(), place.inside(path.child("items"), schema.items(), schema.bounds().maxItems(), uncorrelatable), name + ".@items");
        }
        if (schema.additional() != null) {
            visitBelow(schema.additional(), place.inside(path.child("additionalProperties"), schema.additional(), schema.bounds().maxProperties(), place.uncorrelatable()), name + ".@values");
        }
    }

    private void visitBelow(StructuralSchema schema, Place place, String name) {
        if (schema.hasRules()) {
            visit(schema, types.of(name, schema), place, name);
        }
    }

    private void check(ValidationRule rule, Site site, FieldPath path) {
        if (rule.rule().isBlank()) {
            problems.required(path.child("rule"), "rule is not specified");
            return;
        }
        checkMessage(rule, path);
        if (!rule.reason().isEmpty() && !REASONS.contains(rule.reason())) {
            problems.notSupported(path.child("reason"), TextNode.valueOf(rule.reason()), REASONS);
        }
        if (!rule.fieldPath().isEmpty() && !leadsSomewhere(site.schema, rule.fieldPath())) {
            problems.invalid(path.child("fieldPath"), rule.fieldPath(), "fieldPath must be a valid path: does not refer to a valid field");
        }
        CelEnvironment environment = CompiledRules.environment(rule, site.self, types);
        switch (environment.compile(rule.rule(), CelKind.BOOL)) {
            case Compilation.Failed(var reason, String why) -> problems.invalid(path.child("rule"), rule.rule(), reason == Compilation.Reason.WRONG_TYPE ? "cel expression " + why : "compilation failed: " + why);
            case Compilation.Compiled(var expression) -> {
                costs.rule(path.child("rule"), RuleCosts.multiply(expression.estimatedCost(site.sizes), site.times()));
                boolean transition = expression.mentions("oldSelf");
                if (transition && site.place.uncorrelatable != null) {
                    problems.invalid(path.child("rule"), rule.rule(), "oldSelf cannot be used on the uncorrelatable portion of the schema within " + site.place.uncorrelatable);
                } else if (rule.optionalOldSelf() && !transition) {
                    problems.invalid(path.child("optionalOldSelf"), "true", "may not be set if oldSelf is not used in rule");
                }
            }
        }
        if (!rule.messageExpression().isEmpty()) {
            switch (environment.compile(rule.messageExpression(), CelKind.STRING)) {
                case Compilation.Failed(var reason, String why) -> problems.invalid(path.child("messageExpression"), rule.messageExpression(), reason == Compilation.Reason.WRONG_TYPE ? "messageExpression " + why : "messageExpression compilation failed: " + why);
                case Compilation.Compiled(var expression) -> costs.message(path.child("messageExpression"), expression.estimatedCost(site.sizes));
            }
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
