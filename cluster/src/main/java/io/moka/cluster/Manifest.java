package io.moka.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.PatchType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/// API objects of this module, read from a list in a resource file; creates and deletes them through the API.
///
/// @param objects in the order in which they are made
record Manifest(List<JsonNode> objects) {

    /// @param values put in the place of `${name}`
    static Manifest read(String file, Map<String, String> values) throws IOException {
        try (var in = Objects.requireNonNull(Manifest.class.getResourceAsStream(file), file)) {
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (var value : values.entrySet()) {
                text = text.replace("${" + value.getKey() + "}", value.getValue());
            }
            return new Manifest(new YAMLMapper().readTree(text).valueStream().toList());
        }
    }

    Manifest only(Predicate<String> kinds) {
        return new Manifest(objects.stream().filter(object -> kinds.test(object.path("kind").asText())).toList());
    }

    /// Server-side apply: what others have set in the objects stays.
    void apply(ApiClient client) {
        for (var object : objects) {
            client.send("PATCH", path(object), Map.of("fieldManager", "moka-up", "force", "true"), PatchType.APPLY.mediaType(), object.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    /// Makes the objects that are missing; what is there stays as it is.
    void create(ApiClient client) {
        for (var object : objects) {
            try {
                client.send("POST", path(object).replaceFirst("/[^/]+$", ""), Map.of("fieldManager", "moka-up"), "application/json", object.toString().getBytes(StandardCharsets.UTF_8));
            } catch (ApiException e) {
                if (!e.isAlreadyExists()) {
                    throw e;
                }
            }
        }
    }

    /// Deletes the objects, the last first. Absent ones are no failure.
    void delete(ApiClient client) {
        for (var object : objects.reversed()) {
            ignoreAbsent(() -> client.send("DELETE", path(object), Map.of(), null, null));
        }
    }

    static void ignoreAbsent(Runnable deletion) {
        try {
            deletion.run();
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    private static String path(JsonNode object) {
        var metadata = object.path("metadata");
        var version = object.path("apiVersion").asText();
        var namespace = metadata.has("namespace") ? "/namespaces/" + metadata.path("namespace").asText() : "";
        var kind = object.path("kind").asText().toLowerCase(Locale.ROOT);
        return (version.contains("/") ? "/apis/" : "/api/") + version + namespace + "/" + kind + (kind.endsWith("s") ? "es/" : "s/") + metadata.path("name").asText();
    }
}
