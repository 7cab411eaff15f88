package io.moka.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.moka.apiserver.admission.matching.Environments.Types;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.Names;
import io.moka.apiserver.core.schema.Problems;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The strategy of ValidatingAdmissionPolicies: validates their validations and audit annotations.
public final class ValidatingPolicyStrategy extends PolicyStrategy {
    private static final List<String> REASONS = List.of("Forbidden", "Invalid", "RequestEntityTooLarge");
    private static final int MAX_ANNOTATIONS = 20;
    private static final int MAX_ANNOTATION_EXPRESSION_CHARS = 5 * 1024;

    @Override
    Variables variables(JsonNode spec) {
        return new Variables(spec.path("variables"), spec.path("paramKind").isObject(), Types.ANY);
    }

    @Override
    void check(ObjectNode policy, Variables variables, PolicyRules rules, Problems problems) {
        JsonNode spec = policy.path("spec");
        JsonNode validations = spec.path("validations");
        JsonNode annotations = spec.path("auditAnnotations");
        if (validations.isEmpty() && annotations.isEmpty()) {
            problems.required(PolicyRules.SPEC.child("validations"), "validations or auditAnnotations must contain at least one item");
            problems.required(PolicyRules.SPEC.child("auditAnnotations"), "validations or auditAnnotations must contain at least one item");
        }
        for (int i = 0; i < validations.size(); i++) {
            checkValidation(validations.get(i), variables, rules, problems, PolicyRules.SPEC.child("validations").index(i));
        }
        checkAnnotations(Json.name(policy), annotations, variables, rules, problems);
    }

    private static void checkValidation(JsonNode validation, Variables variables, PolicyRules rules, Problems problems, FieldPath path) {
        String expression = Json.text(validation, "expression");
        if (expression.isBlank()) {
            problems.required(path.child("expression"), "expression is not specified");
        } else {
            rules.criteria().checkExpression(ValidationProgram.condition(variables, expression), path.child("expression"));
        }
        String messageExpression = Json.text(validation, "messageExpression");
        if (!messageExpression.isEmpty() && messageExpression.isBlank()) {
            problems.invalid(path.child("messageExpression"), messageExpression, "must be non-empty if specified");
        } else if (!messageExpression.isEmpty()) {
            rules.criteria().checkExpression(ValidationProgram.message(variables.messages(), messageExpression), path.child("messageExpression"));
        }
        String message = Json.text(validation, "message");
        if (!message.isEmpty() && message.isBlank()) {
            problems.invalid(path.child("message"), message, "message must be non-empty if specified");
        } else if (message.strip().indexOf('\n') >= 0 || message.strip().indexOf('\r') >= 0) {
            problems.invalid(path.child("message"), message, "message must not contain line breaks");
        }
        String reason = Json.text(validation, "reason");
        if (!reason.isEmpty() && !REASONS.contains(reason)) {
            problems.notSupported(path.child("reason"), TextNode.valueOf(reason), REASONS);
        }
    }

    private static void checkAnnotations(String policy, JsonNode annotations, Variables variables, PolicyRules rules, Problems problems) {
        FieldPath path = PolicyRules.SPEC.child("auditAnnotations");
        if (annotations.size() > MAX_ANNOTATIONS) {
            problems.invalid(path, annotations, "must not have more than " + MAX_ANNOTATIONS + " auditAnnotations");
        }
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < annotations.size(); i++) {
            String key = Json.text(annotations.get(i), "key");
            for (String problem : Names.qualifiedName(policy + "/" + key)) {
                problems.invalid(path.index(i).child("key"), policy + "/" + key, problem);
            }
            String expression = Json.text(annotations.get(i), "valueExpression");
            FieldPath at = path.index(i).child("valueExpression");
            if (expression.isBlank()) {
                problems.required(at, "valueExpression is not specified");
            } else if (expression.strip().length() > MAX_ANNOTATION_EXPRESSION_CHARS) {
                problems.required(at, "must not exceed " + MAX_ANNOTATION_EXPRESSION_CHARS + " bytes in length");
            } else {
                rules.criteria().checkExpression(ValidationProgram.annotation(variables, expression), at);
            }
            if (!keys.add(key)) {
                problems.duplicate(path.index(i).child("key"), TextNode.valueOf(key));
            }
        }
    }
}
