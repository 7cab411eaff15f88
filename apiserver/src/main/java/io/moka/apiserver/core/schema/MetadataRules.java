package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// Validates `metadata`, by rules that all kinds have in common.
final class MetadataRules {

    private static final Path METADATA = Path.ROOT.child("metadata");
    private static final int MAX_ANNOTATION_BYTES = 256 * 1024;
    static final Set<String> STANDARD_FINALIZERS = Set.of("kubernetes", "orphan", "foregroundDeletion", "customresourcecleanup.apiextensions.k8s.io");

    private MetadataRules() {
    }

    static void check(ObjectNode object, Function<String, List<String>> naming, Causes causes) {
        JsonNode metadata = CheckedFields.object(object, "metadata");
        checkName(metadata, naming, causes);
        String namespace = CheckedFields.text(metadata, "namespace");
        if (!namespace.isEmpty()) {
            causes.invalidAll(METADATA.child("namespace"), namespace, Names.dns1123Label(namespace));
        }
        labels(metadata, METADATA.child("labels"), causes);
        annotations(metadata, METADATA.child("annotations"), causes);
        checkOwners(metadata, causes);
        checkFinalizers(metadata, causes);
    }

    private static void checkName(JsonNode metadata, Function<String, List<String>> naming, Causes causes) {
        String generateName = CheckedFields.text(metadata, "generateName");
        if (!generateName.isEmpty()) {
            String masked = generateName.endsWith("-") ? generateName.substring(0, generateName.length() - 1) + "a" : generateName;
            causes.invalidAll(METADATA.child("generateName"), generateName, naming.apply(masked));
        }
        String name = CheckedFields.text(metadata, "name");
        if (name.isEmpty()) {
            if (naming == KindRules.NAMELESS) {
                return;
            }
            causes.required(METADATA.child("name"), "name or generateName is required");
        } else {
            causes.invalidAll(METADATA.child("name"), name, naming.apply(name));
        }
    }

    /// Validates the `labels` of metadata, of an object or of a pod template.
    static void labels(JsonNode owner, Path path, Causes causes) {
        for (Map.Entry<String, JsonNode> label : CheckedFields.entries(owner, "labels")) {
            causes.invalidAll(path, label.getKey(), Names.qualifiedName(label.getKey()));
            causes.invalidAll(path, label.getValue().asText(), Names.labelValue(label.getValue().asText()));
        }
    }

    static void annotations(JsonNode owner, Path path, Causes causes) {
        long bytes = 0;
        for (Map.Entry<String, JsonNode> annotation : CheckedFields.entries(owner, "annotations")) {
            String key = annotation.getKey();
            causes.invalidAll(path, key, Names.qualifiedName(key.toLowerCase(java.util.Locale.ROOT)));
            bytes += key.length() + annotation.getValue().asText().length();
        }
        if (bytes > MAX_ANNOTATION_BYTES) {
            causes.tooLong(path, MAX_ANNOTATION_BYTES);
        }
    }

    private static void checkOwners(JsonNode metadata, Causes causes) {
        Path path = METADATA.child("ownerReferences");
        JsonNode owners = CheckedFields.list(metadata, "ownerReferences");
        JsonNode controller = null;
        for (int i = 0; i < owners.size(); i++) {
            JsonNode owner = owners.get(i);
            checkOwner(owner, path.index(i), causes);
            if (CheckedFields.flag(owner, "controller")) {
                if (controller != null) {
                    causes.invalid(path, owner, "Only one reference can have Controller set to true. Found \"true\" in references for "
                            + CheckedFields.text(controller, "name") + " and " + CheckedFields.text(owner, "name"));
                }
                controller = owner;
            }
        }
    }

    private static void checkOwner(JsonNode owner, Path path, Causes causes) {
        String apiVersion = CheckedFields.text(owner, "apiVersion");
        if (apiVersion.isEmpty() || apiVersion.endsWith("/")) {
            causes.invalid(path.child("apiVersion"), apiVersion, "version must not be empty");
        }
        for (String field : List.of("kind", "name", "uid")) {
            if (CheckedFields.text(owner, field).isEmpty()) {
                causes.invalid(path.child(field), "", "must not be empty");
            }
        }
        if (apiVersion.equals("v1") && CheckedFields.text(owner, "kind").equals("Event")) {
            causes.invalid(path, owner, "/v1, Kind=Event is disallowed from being an owner");
        }
    }

    private static void checkFinalizers(JsonNode metadata, Causes causes) {
        Path path = METADATA.child("finalizers");
        JsonNode finalizers = CheckedFields.list(metadata, "finalizers");
        boolean orphan = false;
        boolean foreground = false;
        for (int i = 0; i < finalizers.size(); i++) {
            String finalizer = finalizers.get(i).asText();
            causes.invalidAll(path, finalizer, Names.qualifiedName(finalizer));
            if (finalizer.indexOf('/') < 0 && !STANDARD_FINALIZERS.contains(finalizer)) {
                causes.invalid(path.index(i), finalizer, "name is neither a standard finalizer name nor is it fully qualified");
            }
            orphan |= finalizer.equals("orphan");
            foreground |= finalizer.equals("foregroundDeletion");
        }
        if (orphan && foreground) {
            causes.invalid(path, finalizers, "finalizer orphan and foregroundDeletion cannot be both set");
        }
    }

    static void checkUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        JsonNode after = CheckedFields.object(updated, "metadata");
        JsonNode before = CheckedFields.object(old, "metadata");
        for (String field : List.of("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds")) {
            if (!CheckedFields.same(after.get(field), before.get(field))) {
                causes.immutable(METADATA.child(field), after.get(field));
            }
        }
        if (CheckedFields.has(before, "deletionTimestamp")) {
            checkNoNewFinalizers(after, before, causes);
        }
    }

    private static void checkNoNewFinalizers(JsonNode after, JsonNode before, Causes causes) {
        Set<String> known = new HashSet<>();
        CheckedFields.list(before, "finalizers").forEach(finalizer -> known.add(finalizer.asText()));
        StringBuilder added = new StringBuilder();
        for (JsonNode finalizer : CheckedFields.list(after, "finalizers")) {
            if (!known.contains(finalizer.asText())) {
                added.append(added.isEmpty() ? "" : ", ").append(finalizer);
            }
        }
        if (!added.isEmpty()) {
            causes.forbidden(METADATA.child("finalizers"),
                    "no new finalizers can be added if the object is being deleted, found new finalizers []string{" + added + "}");
        }
    }
}
