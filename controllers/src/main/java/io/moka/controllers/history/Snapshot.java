package io.moka.controllers.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.moka.machinery.client.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/// The form in which a revision keeps a pod template: the patch `{"spec":{"template":{"$patch":"replace", ...}}}`, keys in order, without nulls.
public final class Snapshot {

    /// The characters of a hash: no vowels, so that no hash is a word, and no characters that look alike.
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final int FNV_OFFSET = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    private Snapshot() {
    }

    static JsonNode of(PodTemplateSpec template) {
        var patch = JsonNodeFactory.instance.objectNode();
        var replaced = ((ObjectNode) parsed(template)).put("$patch", "replace");
        patch.putObject("spec").set("template", replaced);
        return canonical(patch);
    }

    static boolean holds(ControllerRevision revision, JsonNode data) {
        return revision.getData() != null && canonical(parsed(revision.getData())).equals(data);
    }

    /// The template that the revision keeps.
    ///
    /// @throws IllegalArgumentException where the revision's data is no template
    public static PodTemplateSpec template(ControllerRevision revision) {
        var template = parsed(revision.getData()).path("spec").path("template");
        if (!(template instanceof ObjectNode object)) {
            throw new IllegalArgumentException("the data of revision " + revision.getMetadata().getName() + " has no spec.template");
        }
        object.remove("$patch");
        try {
            return Json.mapper().treeToValue(object, PodTemplateSpec.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the data of revision " + revision.getMetadata().getName() + " is no pod template", e);
        }
    }

    /// FNV-1 of the data and the number of collisions, as upstream's `HashControllerRevision`.
    static String hash(JsonNode data, int collisions) {
        int sum = FNV_OFFSET;
        for (byte b : (data.toString() + collisions).getBytes(StandardCharsets.UTF_8)) {
            sum = sum * FNV_PRIME ^ b & 0xff;
        }
        var hash = new StringBuilder();
        Integer.toUnsignedString(sum).chars().forEach(digit -> hash.append(ALPHABET.charAt(digit % ALPHABET.length())));
        return hash.toString();
    }

    /// A number has one form in what is parsed from text, whatever type it had as a field.
    private static JsonNode parsed(Object value) {
        try {
            return Json.mapper().readTree(Json.bytes(value));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode canonical(JsonNode node) {
        if (node.isArray()) {
            var array = JsonNodeFactory.instance.arrayNode();
            node.forEach(item -> array.add(canonical(item)));
            return array;
        }
        if (!node.isObject()) {
            return node;
        }
        var sorted = new TreeMap<String, JsonNode>();
        node.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
        var object = JsonNodeFactory.instance.objectNode();
        sorted.forEach((key, value) -> {
            if (!value.isNull()) {
                object.set(key, canonical(value));
            }
        });
        return object;
    }
}
