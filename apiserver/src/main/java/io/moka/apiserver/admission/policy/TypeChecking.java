package io.moka.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import io.moka.apiserver.admission.matching.Environments.Types;
import io.moka.apiserver.admission.matching.Expression;
import io.moka.apiserver.admission.matching.MatchingContext;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.schema.Schema;
import io.moka.apiserver.extension.cel.KindTypes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Finds expressions of a policy that do not fit the kinds that it matches: unknown fields, comparisons of different types.
/// The results are warnings in the policy's status, and have no effect on the policy.
record TypeChecking(MatchingContext cluster) {
    private static final int MAX_KINDS = 10;

    /// Returns the `expressionWarnings`.
    ArrayNode check(ObjectNode policy) {
        ArrayNode warnings = Json.object().arrayNode();
        JsonNode spec = policy.path("spec");
        List<GroupVersionKind> kinds = kinds(spec.path("matchConstraints").path("resourceRules"));
        JsonNode validations = spec.path("validations");
        for (int i = 0; i < validations.size() && !kinds.isEmpty(); i++) {
            for (String field : new String[] {"expression", "messageExpression"}) {
                String expression = Json.text(validations.get(i), field);
                String found = expression.isEmpty() ? "" : check(expression, spec, kinds);
                if (!found.isEmpty()) {
                    warnings.addObject().put("fieldRef", "spec.validations[" + i + "]." + field).put("warning", found);
                }
            }
        }
        return warnings;
    }

    private String check(String expression, JsonNode spec, List<GroupVersionKind> kinds) {
        List<String> found = new ArrayList<>();
        for (GroupVersionKind kind : kinds) {
            KindTypes types = new KindTypes();
            CelType object = type(kind, types);
            if (object == null) {
                continue;
            }
            GroupVersionKind paramKind = Policy.paramKind(spec);
            boolean builtinParams = paramKind != null && cluster.catalog().byKind(paramKind) instanceof ResourceType params && params.custom() == null;
            CelType params = builtinParams ? type(paramKind, types) : null;
            Variables variables = new Variables(spec.path("variables"), paramKind != null, new Types(object, params == null ? SimpleType.DYN : params, null, types.structs()));
            String problem = Expression.of(expression, variables.environment().compile(expression), List.of()).problem();
            if (!problem.isEmpty()) {
                found.add(kind + ": " + problem.replaceFirst("^compilation failed: ", "") + "\n");
            }
        }
        return String.join("\n", found);
    }

    private @Nullable CelType type(@Nullable GroupVersionKind kind, KindTypes types) {
        Schema.Struct struct = kind == null ? null : cluster.schemas().findKind(kind.group(), kind.version(), kind.kind());
        return struct == null ? null : types.of(struct);
    }

    /// Returns the kinds that the rules name, at most [#MAX_KINDS]; a rule with wildcards names none.
    private List<GroupVersionKind> kinds(JsonNode rules) {
        TreeSet<GroupVersionKind> kinds = new TreeSet<>(Comparator.comparing(GroupVersionKind::group).thenComparing(GroupVersionKind::version).thenComparing(GroupVersionKind::kind));
        for (JsonNode rule : rules) {
            for (JsonNode group : rule.path("apiGroups")) {
                for (JsonNode version : rule.path("apiVersions")) {
                    for (JsonNode plural : rule.path("resources")) {
                        ResourceType type = cluster.catalog().find(group.asText(), version.asText(), plural.asText());
                        if (type != null && kinds.size() < MAX_KINDS) {
                            kinds.add(type.gvk());
                        }
                    }
                }
            }
        }
        return List.copyOf(kinds);
    }
}
