package io.moka.apiserver.extension.crd;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds conflicts between the names of a new definition and those accepted for other definitions of its group.
final class NameConflicts {
    private static final String NONE = "";

    /// @param reason the reason in the condition NamesAccepted
    record Conflict(String reason, String message) {}

    private NameConflicts() {}

    /// Returns the reason why a definition cannot have its names; null when it can.
    static @Nullable Conflict find(Definition definition, List<Definition> all) {
        Map<String, String> resources = new HashMap<>();
        Map<String, String> kinds = new HashMap<>();
        for (Definition other : all) {
            if (!other.uid().equals(definition.uid()) && other.group().equals(definition.group())) {
                JsonNode accepted = other.object().path("status").path("acceptedNames");
                List.of("plural", "singular").forEach(name -> resources.put(Json.text(accepted, name), other.name()));
                accepted.path("shortNames").forEach(name -> resources.put(name.asText(), other.name()));
                List.of("kind", "listKind").forEach(name -> kinds.put(Json.text(accepted, name), other.name()));
            }
        }
        resources.remove(NONE);
        kinds.remove(NONE);
        return lastConflict(definition, resources, kinds);
    }

    /// Returns the last of several conflicts, which is the one that is reported.
    private static @Nullable Conflict lastConflict(Definition definition, Map<String, String> resources, Map<String, String> kinds) {
        if (kinds.containsKey(definition.name("listKind"))) {
            return conflict("ListKindConflict", definition.name("listKind"));
        }
        if (kinds.containsKey(definition.name("kind"))) {
            return conflict("KindConflict", definition.name("kind"));
        }
        for (String name : definition.nameList("shortNames")) {
            if (resources.containsKey(name)) {
                return conflict("ShortNamesConflict", name);
            }
        }
        if (resources.containsKey(definition.name("singular"))) {
            return conflict("SingularConflict", definition.name("singular"));
        }
        return resources.containsKey(definition.name("plural")) ? conflict("PluralConflict", definition.name("plural")) : null;
    }

    private static Conflict conflict(String reason, String name) {
        return new Conflict(reason, "\"" + name + "\" is already in use");
    }
}
