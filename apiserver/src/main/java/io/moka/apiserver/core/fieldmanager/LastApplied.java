package io.moka.apiserver.core.fieldmanager;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.Schema;
import org.jspecify.annotations.Nullable;

/// Handles the annotation in which kubectl's client-side apply keeps the last applied configuration. Only for the manager `kubectl`: fields
/// that are unchanged since then are transferred to server-side apply, and the annotation is kept up to date.
final class LastApplied {
    private static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
    private static final String KUBECTL = "kubectl";
    private static final int MAX_ANNOTATION_CHARACTERS = 256 * 1024;

    private LastApplied() {}

    private static String of(ObjectNode object) {
        return Json.text(object, "metadata", "annotations", ANNOTATION);
    }

    /// Returns the fields that an apply may take although other managers own them; null if there are none.
    static @Nullable ObjectNode transferable(Schema.Struct kind, Scope scope, ObjectNode live, FieldOwner applier) {
        String text = of(live);
        if (!applier.manager().equals(KUBECTL) || text.isEmpty()) {
            return null;
        }
        try {
            if (!(Json.MAPPER.readTree(text) instanceof ObjectNode lastApplied) || !Json.text(lastApplied, "apiVersion").equals(applier.apiVersion())) {
                return null;
            }
            Comparison difference = Comparison.of(kind, scope, lastApplied, live);
            return FieldSet.minus(FieldSet.minus(NamedPaths.of(kind, scope, lastApplied), difference.changed()), difference.removed());
        } catch (JsonProcessingException unreadable) {
            return null;
        }
    }

    /// Writes the new configuration to the annotation if the object has it.
    static void keep(ObjectNode object, ObjectNode config, FieldOwner applier) {
        if (!applier.manager().equals(KUBECTL) || of(object).isEmpty()) {
            return;
        }
        ObjectNode plain = config.deepCopy();
        if (plain.path("metadata").get("annotations") instanceof ObjectNode annotations) {
            annotations.remove(ANNOTATION);
        }
        String text = plain + "\n";
        ObjectNode annotations = (ObjectNode) object.path("metadata").path("annotations");
        ObjectNode changed = annotations.deepCopy();
        if (text.length() > MAX_ANNOTATION_CHARACTERS) {
            changed.remove(ANNOTATION);
        } else {
            changed.put(ANNOTATION, text);
        }
        Json.metadata(object).set("annotations", changed);
    }
}
