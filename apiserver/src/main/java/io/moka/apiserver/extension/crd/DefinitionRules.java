package io.moka.apiserver.extension.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.Names;
import io.moka.apiserver.core.schema.Problems;
import io.moka.apiserver.kinds.table.JsonPath;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Validates a definition, except for its schemas, which [SchemaRules] validates.
final class DefinitionRules {
    private static final FieldPath SPEC = FieldPath.ROOT.child("spec");
    private static final Set<String> COLUMN_TYPES = Set.of("integer", "number", "string", "boolean", "date");

    private final Problems problems;

    DefinitionRules(Problems problems) {
        this.problems = problems;
    }

    /// @param old null for a new definition
    void check(ObjectNode object, @Nullable ObjectNode old) {
        Definition definition = new Definition(object);
        JsonNode spec = object.path("spec");
        checkGroup(definition);
        checkScope(spec);
        if (spec.path("preserveUnknownFields").asBoolean()) {
            problems.invalid(SPEC.child("preserveUnknownFields"), spec.get("preserveUnknownFields"),
                    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead");
        }
        checkNames(definition.names(), SPEC.child("names"));
        checkVersions(definition, old);
        checkConversion(spec.path("conversion"), definition);
        checkStoredVersions(definition);
        Approval.check(object, old, problems);
        if (old != null) {
            checkImmutable(definition, new Definition(old));
        }
    }

    private void checkGroup(Definition definition) {
        String wanted = definition.name("plural") + "." + definition.group();
        if (!definition.name().equals(wanted)) {
            problems.invalid("metadata.name", definition.name(), "must be spec.names.plural+\".\"+spec.group");
        }
        if (definition.group().isEmpty()) {
            problems.required(SPEC.child("group"), "");
        } else if (definition.group().indexOf('.') < 0) {
            problems.invalid(SPEC.child("group"), definition.group(), "should be a domain with at least one dot");
        } else {
            Names.dns1123Subdomain(definition.group()).forEach(wrong -> problems.invalid(SPEC.child("group"), definition.group(), wrong));
        }
    }

    private void checkScope(JsonNode spec) {
        String scope = Json.text(spec, "scope");
        if (scope.isEmpty()) {
            problems.required(SPEC.child("scope"), "");
        } else if (!scope.equals("Cluster") && !scope.equals("Namespaced")) {
            problems.notSupported(SPEC.child("scope"), spec.get("scope"), List.of("Cluster", "Namespaced"));
        }
    }

    private void checkNames(JsonNode names, FieldPath path) {
        checkName(names, "plural", path, true);
        checkName(names, "singular", path, true);
        checkName(names, "kind", path, false);
        checkName(names, "listKind", path, false);
        if (!Json.text(names, "kind").isEmpty() && Json.text(names, "kind").equals(Json.text(names, "listKind"))) {
            problems.invalid(path.child("listKind"), Json.text(names, "listKind"), "kind and listKind may not be the same");
        }
        for (String list : List.of("shortNames", "categories")) {
            for (int i = 0; i < names.path(list).size(); i++) {
                String name = names.path(list).get(i).asText();
                FieldPath at = path.child(list).index(i);
                Names.dns1035Label(name).forEach(wrong -> problems.invalid(at, name, wrong));
            }
        }
    }

    private void checkName(JsonNode names, String field, FieldPath path, boolean lowerCase) {
        String name = Json.text(names, field);
        if (name.isEmpty()) {
            problems.required(path.child(field), "");
            return;
        }
        String checked = lowerCase ? name : name.toLowerCase(Locale.ROOT);
        Names.dns1035Label(checked).forEach(wrong -> problems.invalid(path.child(field), name, lowerCase ? wrong
                : "may have mixed case, but should otherwise match: " + wrong));
    }

    private void checkVersions(Definition definition, @Nullable ObjectNode old) {
        List<Definition.Version> versions = definition.versions();
        FieldPath path = SPEC.child("versions");
        if (versions.isEmpty()) {
            problems.required(path, "must have at least one version");
            return;
        }
        Set<String> seen = new HashSet<>();
        boolean changed = old == null || !definition.object().path("spec").path("versions").equals(old.path("spec").path("versions"));
        for (int i = 0; i < versions.size(); i++) {
            Definition.Version version = versions.get(i);
            if (!seen.add(version.name())) {
                problems.invalid(path, definition.object().path("spec").path("versions"), "must contain unique version names");
            }
            Names.dns1035Label(version.name()).forEach(wrong -> problems.invalid(path, version.name(), wrong));
            if (changed) {
                checkVersion(version, path.index(i), old != null && keepsSchema(version, new Definition(old)));
            }
        }
        if (versions.stream().filter(Definition.Version::storage).count() != 1) {
            problems.invalid(path, definition.object().path("spec").path("versions"), "must have exactly one version marked as storage version");
        }
    }

    private static boolean keepsSchema(Definition.Version version, Definition old) {
        return old.versions().stream().anyMatch(before -> before.name().equals(version.name()) && before.schema().equals(version.schema()));
    }

    /// @param known whether the schema is already in force, so that the cost of its rules is not checked
    private void checkVersion(Definition.Version version, FieldPath path, boolean known) {
        if (!version.schema().isObject()) {
            problems.required(path.child("schema").child("openAPIV3Schema"), "schemas are required");
        } else {
            new SchemaRules(problems).checkRoot(version.schema(), path.child("schema").child("openAPIV3Schema"), !known);
        }
        if (version.source().has("deprecationWarning") && !version.source().path("deprecated").asBoolean()) {
            problems.invalid(path.child("deprecationWarning"), version.source().get("deprecationWarning"), "can only be set for deprecated versions");
        }
        checkScale(version.source().path("subresources").path("scale"), path.child("subresources").child("scale"));
        checkColumns(version.source().path("additionalPrinterColumns"), path.child("additionalPrinterColumns"));
        JsonNode selectable = version.source().path("selectableFields");
        if (selectable.size() > 8) {
            problems.invalid(path.child("selectableFields"), selectable, "must have at most 8 items");
        }
        for (int i = 0; i < selectable.size(); i++) {
            checkSelectable(version.schema(), Json.text(selectable.get(i), "jsonPath"), path.child("selectableFields").index(i).child("jsonPath"));
        }
    }

    private void checkScale(JsonNode scale, FieldPath path) {
        if (!scale.isObject()) {
            return;
        }
        checkScalePath(scale, "specReplicasPath", ".spec.", path, true);
        checkScalePath(scale, "statusReplicasPath", ".status.", path, true);
        checkScalePath(scale, "labelSelectorPath", ".s", path, false);
    }

    private void checkScalePath(JsonNode scale, String field, String start, FieldPath path, boolean needed) {
        String value = Json.text(scale, field);
        if (value.isEmpty() && needed) {
            problems.required(path.child(field), "");
        } else if (!value.isEmpty() && (!value.startsWith(start) || value.contains("["))) {
            problems.invalid(path.child(field), value, start.equals(".s") ? "should be a json path under either .spec or .status" : "should be a json path under " + start.substring(0, start.length() - 1));
        }
    }

    private void checkColumns(JsonNode columns, FieldPath path) {
        for (int i = 0; i < columns.size(); i++) {
            JsonNode column = columns.get(i);
            FieldPath at = path.index(i);
            if (Json.text(column, "name").isEmpty()) {
                problems.required(at.child("name"), "");
            }
            if (!COLUMN_TYPES.contains(Json.text(column, "type"))) {
                problems.invalid(at.child("type"), Json.text(column, "type"), "must be one of boolean,date,integer,number,string");
            }
            String jsonPath = Json.text(column, "jsonPath");
            if (jsonPath.isEmpty()) {
                problems.required(at.child("jsonPath"), "");
            } else {
                checkJsonPath(jsonPath, at.child("jsonPath"));
            }
        }
    }

    private void checkJsonPath(String jsonPath, FieldPath path) {
        try {
            JsonPath.parse(jsonPath);
        } catch (IllegalArgumentException malformed) {
            problems.invalid(path, jsonPath, "is an invalid path: " + malformed.getMessage());
        }
    }

    private void checkSelectable(JsonNode schema, String jsonPath, FieldPath path) {
        if (!jsonPath.startsWith(".")) {
            problems.invalid(path, jsonPath, "is an invalid path: does not start with a dot");
            return;
        }
        JsonNode at = schema;
        for (String step : jsonPath.substring(1).split("\\.")) {
            at = at.path("properties").path(step);
        }
        if (!Set.of("string", "integer", "boolean").contains(Json.text(at, "type"))) {
            problems.invalid(path, jsonPath, at.isMissingNode() ? "is an invalid path: field not found in schema" : "must point to a field of type string, boolean or integer.");
        }
    }

    private void checkConversion(JsonNode conversion, Definition definition) {
        FieldPath path = SPEC.child("conversion");
        switch (Json.text(conversion, "strategy")) {
            case "None" -> {
                if (conversion.has("webhook")) {
                    problems.forbidden(path.child("webhook"), "should not be set when strategy is not set to Webhook");
                }
            }
            case "Webhook" -> checkWebhook(conversion.path("webhook"), path.child("webhook"));
            default -> problems.notSupported(path.child("strategy"), conversion.path("strategy"), List.of("None", "Webhook"));
        }
    }

    private void checkWebhook(JsonNode webhook, FieldPath path) {
        JsonNode client = webhook.path("clientConfig");
        if (!client.isObject()) {
            problems.required(path.child("clientConfig"), "required when strategy is set to Webhook");
        } else if (client.has("url") == client.has("service")) {
            problems.required(path.child("clientConfig"), "exactly one of url or service is required");
        } else if (client.has("url") && !Json.text(client, "url").startsWith("https://")) {
            problems.invalid(path.child("clientConfig").child("url"), Json.text(client, "url"), "'https' is the only allowed URL scheme");
        }
        List<String> reviewVersions = Definition.strings(webhook.path("conversionReviewVersions"));
        if (reviewVersions.isEmpty()) {
            problems.required(path.child("conversionReviewVersions"), "");
        } else if (!reviewVersions.contains("v1") && !reviewVersions.contains("v1beta1")) {
            problems.invalid(path.child("conversionReviewVersions"), webhook.get("conversionReviewVersions"), "must include at least one of v1, v1beta1");
        }
    }

    private void checkStoredVersions(Definition definition) {
        Set<String> names = new HashSet<>();
        definition.versions().forEach(version -> names.add(version.name()));
        List<String> stored = Definition.strings(definition.object().path("status").path("storedVersions"));
        for (int i = 0; i < stored.size(); i++) {
            if (!names.contains(stored.get(i))) {
                problems.invalid(FieldPath.ROOT.child("status").child("storedVersions").index(i), stored.get(i), "missing from spec.versions; "
                        + stored.get(i) + " was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in "
                        + stored.get(i) + " and removes " + stored.get(i) + " from status.storedVersions");
            }
        }
    }

    private void checkImmutable(Definition definition, Definition old) {
        if (!old.condition("Established")) {
            return;
        }
        if (definition.namespaced() != old.namespaced()) {
            problems.invalid(SPEC.child("scope"), Json.text(definition.object(), "spec", "scope"), "field is immutable");
        }
        for (String name : List.of("kind")) {
            if (!definition.name(name).equals(old.name(name))) {
                problems.invalid(SPEC.child("names").child(name), definition.name(name), "field is immutable");
            }
        }
        for (String name : List.of("group")) {
            if (!Json.text(definition.object(), "spec", name).equals(Json.text(old.object(), "spec", name))) {
                problems.invalid(SPEC.child(name), Json.text(definition.object(), "spec", name), "field is immutable");
            }
        }
    }
}
