package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import java.util.concurrent.ThreadLocalRandom;

/// Generates names from `generateName`.
final class ObjectNames {
    /// The characters of generated suffixes: no vowels, so that no words result, and no characters that look alike.
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final int SUFFIX_LENGTH = 5;
    private static final int MAX_BASE_LENGTH = 63 - SUFFIX_LENGTH;

    private ObjectNames() {}

    /// Whether a name must be generated for an object.
    static boolean toBeGenerated(ObjectNode object) {
        return Json.name(object).isEmpty() && !Json.text(object, "metadata", "generateName").isEmpty();
    }

    /// Generates a name for the object if it needs one.
    static void generate(ObjectNode object) {
        if (!toBeGenerated(object)) {
            return;
        }
        String base = Json.text(object, "metadata", "generateName");
        StringBuilder name = new StringBuilder(base.substring(0, Math.min(base.length(), MAX_BASE_LENGTH)));
        for (int i = 0; i < SUFFIX_LENGTH; i++) {
            name.append(ALPHABET.charAt(ThreadLocalRandom.current().nextInt(ALPHABET.length())));
        }
        Json.metadata(object).put("name", name.toString());
    }
}
