package io.moka.apiserver.extension.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Conditions;
import io.moka.apiserver.core.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Reads a CustomResourceDefinition.
record Definition(ObjectNode object) {

    /// One entry of `spec.versions`.
    record Version(String name, boolean served, boolean storage, JsonNode source) {
        JsonNode schema() {
            return source.path("schema").path("openAPIV3Schema");
        }

        boolean has(String subresource) {
            return source.path("subresources").path(subresource).isObject();
        }

        List<String> selectableFields() {
            List<String> fields = new ArrayList<>();
            source.path("selectableFields").forEach(field -> fields.add(Json.text(field, "jsonPath").substring(1)));
            return fields;
        }
    }

    String name() {
        return Json.name(object);
    }

    String uid() {
        return Json.uid(object);
    }

    String group() {
        return Json.text(object, "spec", "group");
    }

    boolean namespaced() {
        return Json.text(object, "spec", "scope").equals("Namespaced");
    }

    JsonNode names() {
        return object.path("spec").path("names");
    }

    String name(String which) {
        return Json.text(names(), which);
    }

    List<String> nameList(String which) {
        return strings(names().path(which));
    }

    static List<String> strings(JsonNode list) {
        List<String> strings = new ArrayList<>();
        list.forEach(entry -> strings.add(entry.asText()));
        return strings;
    }

    List<Version> versions() {
        List<Version> versions = new ArrayList<>();
        for (JsonNode version : object.path("spec").path("versions")) {
            versions.add(new Version(Json.text(version, "name"), version.path("served").asBoolean(), version.path("storage").asBoolean(), version));
        }
        return versions;
    }

    Version storageVersion() {
        return versions().stream().filter(Version::storage).findFirst().orElseThrow(() -> new IllegalStateException(name() + " has no storage version"));
    }

    /// Returns the selectable fields of all versions; the cache indexes them all.
    List<String> selectableFields() {
        Set<String> fields = new LinkedHashSet<>();
        versions().forEach(version -> fields.addAll(version.selectableFields()));
        return List.copyOf(fields);
    }

    boolean deleting() {
        return !Json.text(object, "metadata", "deletionTimestamp").isEmpty();
    }

    boolean hasCleanupFinalizer() {
        return strings(object.path("metadata").path("finalizers")).contains(DefinitionStrategy.CLEANUP);
    }

    /// Whether the definition has changed since its creation, so that objects may have been stored under another version or schema.
    boolean everChanged() {
        return object.path("metadata").path("generation").asLong() > 1;
    }

    boolean condition(String type) {
        return Conditions.isTrue(object, type);
    }
}
