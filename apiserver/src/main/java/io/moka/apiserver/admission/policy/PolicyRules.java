package io.moka.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.moka.apiserver.admission.matching.CriteriaRules;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.Names;
import io.moka.apiserver.core.schema.Problems;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Validates admission policies of both kinds when they are written.
final class PolicyRules {
    static final FieldPath SPEC = FieldPath.ROOT.child("spec");
    private static final Pattern IDENTIFIER = Pattern.compile("[_a-zA-Z][_a-zA-Z0-9]*");
    private static final Set<String> RESERVED = Set.of("true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import",
            "let", "loop", "package", "namespace", "return", "var", "void", "while");

    private final Problems problems;
    private final CriteriaRules criteria;

    PolicyRules(Problems problems) {
        this.problems = problems;
        criteria = new CriteriaRules(problems);
    }

    CriteriaRules criteria() {
        return criteria;
    }

    /// Validates the fields that both kinds have.
    void check(ObjectNode policy, @Nullable ObjectNode old, Variables variables) {
        JsonNode spec = policy.path("spec");
        boolean params = spec.path("paramKind").isObject();
        if (params) {
            checkParamKind(spec.path("paramKind"), SPEC.child("paramKind"));
        }
        FieldPath constraints = SPEC.child("matchConstraints");
        if (!spec.path("matchConstraints").isObject()) {
            problems.required(constraints, "");
        } else {
            criteria.checkMatchResources(spec.path("matchConstraints"), constraints);
            if (spec.path("matchConstraints").path("resourceRules").isEmpty()) {
                problems.required(constraints.child("resourceRules"), "");
            }
        }
        boolean conditionsKept = old != null && old.path("spec").path("paramKind").equals(spec.path("paramKind"))
                && old.path("spec").path("matchConditions").equals(spec.path("matchConditions"));
        if (!conditionsKept) {
            criteria.checkConditions(spec.path("matchConditions"), params, SPEC.child("matchConditions"));
        }
        checkVariables(spec.path("variables"), variables, SPEC.child("variables"));
    }

    private void checkParamKind(JsonNode paramKind, FieldPath path) {
        String apiVersion = Json.text(paramKind, "apiVersion");
        String kind = Json.text(paramKind, "kind");
        if (apiVersion.isEmpty()) {
            problems.required(path.child("apiVersion"), "");
        } else if (apiVersion.chars().filter(character -> character == '/').count() > 1) {
            problems.invalid(path.child("apiVersion"), apiVersion, "unexpected GroupVersion string: " + apiVersion);
        } else {
            GroupVersionKind parsed = GroupVersionKind.of(apiVersion, kind);
            if (!parsed.group().isEmpty()) {
                invalid(path.child("apiVersion"), parsed.group(), Names.dns1123Subdomain(parsed.group()), "");
            }
            invalid(path.child("apiVersion"), parsed.version(), Names.dns1035Label(parsed.version()), "");
        }
        if (kind.isEmpty()) {
            problems.required(path.child("kind"), "");
        } else {
            invalid(path.child("kind"), kind, Names.dns1035Label(kind.toLowerCase(Locale.ROOT)), "may have mixed case, but should otherwise match: ");
        }
    }

    private void invalid(FieldPath path, String value, List<String> wrong, String before) {
        if (!wrong.isEmpty()) {
            problems.invalid(path, value, before + String.join(",", wrong));
        }
    }

    private void checkVariables(JsonNode list, Variables variables, FieldPath path) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            String name = Json.text(list.get(i), "name");
            if (name.isBlank()) {
                problems.required(path.index(i).child("name"), "name is not specified");
            } else if (!IDENTIFIER.matcher(name).matches() || RESERVED.contains(name)) {
                problems.invalid(path.index(i).child("name"), name, "name is not a valid CEL identifier");
            } else if (!seen.add(name)) {
                problems.duplicate(path.index(i), TextNode.valueOf(name));
            }
            if (Json.text(list.get(i), "expression").isBlank()) {
                problems.required(path.index(i).child("expression"), "expression is not specified");
            } else if (!name.isBlank()) {
                criteria.checkExpression(variables.of(name), path.index(i).child("expression"));
            }
        }
    }
}
