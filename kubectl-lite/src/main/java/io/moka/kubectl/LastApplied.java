package io.moka.kubectl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.client.Json;
import org.jspecify.annotations.Nullable;

/// The annotation in which `apply` keeps the manifest that was applied last, written byte for byte as upstream's kubectl writes it:
/// keys in order, `<`, `>` and `&` escaped as Go escapes them, a line feed at the end. Then either client finds nothing changed after
/// the other.
final class LastApplied {

    static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

    private static final ObjectWriter AS_GO = JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build()
            .writer(new GoEscapes());

    private LastApplied() {
    }

    /// The manifest that was applied last; null if none is known.
    static @Nullable JsonNode of(JsonNode present) throws JsonProcessingException {
        var text = present.path("metadata").path("annotations").path(ANNOTATION).asText("");
        return text.isEmpty() ? null : Json.mapper().readTree(text);
    }

    /// The object with the annotation.
    ///
    /// @param namespace of the object; empty if its kind has none
    static ObjectNode annotate(ObjectNode manifest, String namespace) throws JsonProcessingException {
        var annotated = manifest.deepCopy();
        if (!namespace.isEmpty()) {
            annotated.withObject("/metadata").put("namespace", namespace);
        }
        var annotations = annotated.withObject("/metadata/annotations");
        annotations.remove(ANNOTATION);
        annotations.put(ANNOTATION, AS_GO.writeValueAsString(Json.mapper().convertValue(annotated, Object.class)) + "\n");
        return annotated;
    }

    /// Go's `encoding/json` escapes what could end a script element in HTML, and writes control characters with small letters.
    private static final class GoEscapes extends CharacterEscapes {

        private static final long serialVersionUID = 1;

        @Override
        public int[] getEscapeCodesForAscii() {
            var escapes = standardAsciiEscapesForJSON();
            for (char character : new char[] {'<', '>', '&'}) {
                escapes[character] = ESCAPE_CUSTOM;
            }
            for (int control = 0; control < ' '; control++) {
                if (escapes[control] == ESCAPE_STANDARD) {
                    escapes[control] = ESCAPE_CUSTOM;
                }
            }
            return escapes;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            boolean escaped = character < ' ' || character == '<' || character == '>' || character == '&' || character == 0x2028 || character == 0x2029;
            return escaped ? new SerializedString("\\u%04x".formatted(character)) : null;
        }
    }
}
