package io.moka.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.moka.apiserver.admission.matching.CriteriaRules;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.Cause;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.Names;
import io.moka.apiserver.core.schema.Problems;
import io.moka.apiserver.core.strategy.Strategy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The strategy of policy bindings of both kinds: validates them.
///
/// @param acting whether bindings of this kind have `validationActions`
public record BindingStrategy(boolean acting) implements Strategy {
    private static final FieldPath SPEC = FieldPath.ROOT.child("spec");
    private static final List<String> ACTIONS = List.of("Audit", "Deny", "Warn");

    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public boolean updatesUnconditionally() {
        return false;
    }

    @Override
    public List<Cause> validateUpdate(ObjectNode updated, ObjectNode current) {
        return validateCreate(updated);
    }

    @Override
    public List<Cause> validateCreate(ObjectNode object) {
        Problems problems = new Problems();
        JsonNode spec = object.path("spec");
        String policy = Json.text(spec, "policyName");
        if (policy.isEmpty()) {
            problems.required(SPEC.child("policyName"), "");
        } else {
            Names.dns1123Subdomain(policy).forEach(problem -> problems.invalid(SPEC.child("policyName"), policy, problem));
        }
        if (spec.path("paramRef").isObject()) {
            checkParamRef(spec.path("paramRef"), SPEC.child("paramRef"), problems);
        }
        // upstream spells the path like this
        new CriteriaRules(problems).checkMatchResources(spec.path("matchResources"), SPEC.child("matchResouces"));
        if (acting) {
            checkActions(spec.path("validationActions"), SPEC.child("validationActions"), problems);
        }
        return problems.found();
    }

    private static void checkParamRef(JsonNode reference, FieldPath path, Problems problems) {
        String name = Json.text(reference, "name");
        boolean selector = reference.path("selector").isObject();
        if (!name.isEmpty()) {
            Names.pathSegment(name).forEach(problem -> problems.invalid(path.child("name"), name, problem));
        }
        if (!name.isEmpty() && selector) {
            problems.forbidden(path.child("name"), "name and selector are mutually exclusive");
            problems.forbidden(path.child("selector"), "name and selector are mutually exclusive");
        }
        if (name.isEmpty() && !selector) {
            problems.required(path, "one of name or selector must be specified");
        }
    }

    private static void checkActions(JsonNode actions, FieldPath path, Problems problems) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < actions.size(); i++) {
            String action = actions.get(i).asText();
            if (!ACTIONS.contains(action)) {
                problems.notSupported(path.index(i), TextNode.valueOf(action), ACTIONS);
            }
            if (!seen.add(action)) {
                problems.duplicate(path.index(i), TextNode.valueOf(action));
            }
        }
        if (seen.contains("Deny") && seen.contains("Warn")) {
            problems.invalid(path, actions, "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)");
        }
        if (seen.isEmpty()) {
            problems.required(path, "at least one validation action is required");
        }
    }
}
