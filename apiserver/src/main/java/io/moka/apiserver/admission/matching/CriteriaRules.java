package io.moka.apiserver.admission.matching;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.Names;
import io.moka.apiserver.core.schema.Problems;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Validates rules and conditions when they are written. Types, enums and selectors are validated by the schema.
public final class CriteriaRules {
    private static final List<String> OPERATIONS = List.of("*", "CONNECT", "CREATE", "DELETE", "UPDATE");
    private static final int MAX_CONDITIONS = 64;

    private final Problems problems;

    public CriteriaRules(Problems problems) {
        this.problems = problems;
    }

    /// Validates a `MatchResources`.
    public void checkMatchResources(JsonNode resources, FieldPath path) {
        checkNamed(resources.path("resourceRules"), path.child("resourceRules"));
        checkNamed(resources.path("excludeResourceRules"), path.child("excludeResourceRules"));
    }

    private void checkNamed(JsonNode rules, FieldPath path) {
        for (int i = 0; i < rules.size(); i++) {
            Set<String> seen = new HashSet<>();
            FieldPath names = path.index(i).child("resourceNames");
            JsonNode list = rules.get(i).path("resourceNames");
            for (int k = 0; k < list.size(); k++) {
                String name = list.get(k).asText();
                for (String problem : Names.pathSegment(name)) {
                    problems.invalid(names.index(k), name, problem);
                }
                if (!seen.add(name)) {
                    problems.duplicate(names.index(k), list.get(k));
                }
            }
        }
        checkRules(rules, path);
    }

    /// Validates a list of rules.
    public void checkRules(JsonNode rules, FieldPath path) {
        for (int i = 0; i < rules.size(); i++) {
            checkRule(rules.get(i), path.index(i));
        }
    }

    private void checkRule(JsonNode rule, FieldPath path) {
        JsonNode operations = rule.path("operations");
        checkList(operations, path.child("operations"), "if '*' is present, must not specify other operations");
        for (int i = 0; i < operations.size(); i++) {
            if (!OPERATIONS.contains(operations.get(i).asText())) {
                problems.notSupported(path.child("operations").index(i), operations.get(i), OPERATIONS);
            }
        }
        checkList(rule.path("apiGroups"), path.child("apiGroups"), "if '*' is present, must not specify other API groups");
        JsonNode versions = rule.path("apiVersions");
        checkList(versions, path.child("apiVersions"), "if '*' is present, must not specify other API versions");
        for (int i = 0; i < versions.size(); i++) {
            if (versions.get(i).asText().isEmpty()) {
                problems.required(path.child("apiVersions").index(i), "");
            }
        }
        checkResources(rule.path("resources"), path.child("resources"));
    }

    private void checkList(JsonNode list, FieldPath path, String alone) {
        if (list.isEmpty()) {
            problems.required(path, "");
        }
        if (list.size() > 1 && contains(list, "*")) {
            problems.invalid(path, list, alone);
        }
    }

    private static boolean contains(JsonNode list, String text) {
        for (JsonNode entry : list) {
            if (entry.asText().equals(text)) {
                return true;
            }
        }
        return false;
    }

    private void checkResources(JsonNode resources, FieldPath path) {
        if (resources.isEmpty()) {
            problems.required(path, "");
        }
        Set<String> allSubresourcesOf = new HashSet<>();
        Set<String> subresourceOfAll = new HashSet<>();
        boolean plain = false;
        for (int i = 0; i < resources.size(); i++) {
            String resource = resources.get(i).asText();
            int slash = resource.indexOf('/');
            if (resource.isEmpty()) {
                problems.required(path.index(i), "");
            } else if (slash < 0) {
                plain = !resource.equals("*");
            } else {
                String plural = resource.substring(0, slash);
                String subresource = resource.substring(slash + 1);
                if (allSubresourcesOf.contains(plural)) {
                    problems.invalid(path.index(i), resource, "if '" + plural + "/*' is present, must not specify " + resource);
                }
                if (subresourceOfAll.contains(subresource)) {
                    problems.invalid(path.index(i), resource, "if '*/" + subresource + "' is present, must not specify " + resource);
                }
                if (subresource.equals("*")) {
                    allSubresourcesOf.add(plural);
                }
                if (plural.equals("*")) {
                    subresourceOfAll.add(subresource);
                }
            }
        }
        if (resources.size() > 1 && contains(resources, "*/*")) {
            problems.invalid(path, resources, "if '*/*' is present, must not specify other resources");
        }
        if (contains(resources, "*") && plain) {
            problems.invalid(path, resources, "if '*' is present, must not specify other resources without subresources");
        }
    }

    /// Validates a list of conditions.
    ///
    /// @param params whether the expressions may use `params`
    public void checkConditions(JsonNode conditions, boolean params, FieldPath path) {
        if (conditions.size() > MAX_CONDITIONS) {
            problems.tooMany(path, conditions.size(), MAX_CONDITIONS);
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < conditions.size(); i++) {
            JsonNode condition = conditions.get(i);
            FieldPath at = path.index(i);
            String expression = Json.text(condition, "expression").strip();
            if (expression.isEmpty()) {
                problems.required(at.child("expression"), "");
            } else {
                checkExpression(MatchConditions.compile(expression, params), at.child("expression"));
            }
            String name = Json.text(condition, "name");
            if (name.isEmpty()) {
                problems.required(at.child("name"), "");
                continue;
            }
            for (String problem : Names.qualifiedName(name)) {
                problems.invalid(at.child("name"), name, problem);
            }
            if (!names.add(name)) {
                problems.duplicate(at.child("name"), TextNode.valueOf(name));
            }
        }
    }

    /// Reports an expression that could not be compiled.
    public void checkExpression(Expression expression, FieldPath path) {
        if (!expression.problem().isEmpty()) {
            problems.invalid(path, expression.text(), expression.problem());
        }
    }
}
