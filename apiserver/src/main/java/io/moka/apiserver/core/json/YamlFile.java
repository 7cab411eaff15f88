package io.moka.apiserver.core.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads configuration files named by flags: one object of an expected kind, in YAML or JSON.
public final class YamlFile {
    private YamlFile() {}

    /// @param group the kind's API group, of which any version is accepted
    /// @throws IOException with a message that says what is wrong with the file
    public static ObjectNode read(Path file, String group, String kind) throws IOException {
        JsonNode node = read(file);
        if (!(node instanceof ObjectNode object) || !Json.text(node, "kind").equals(kind) || !Json.text(node, "apiVersion").startsWith(group + "/")) {
            throw new IOException(file + " is not a " + kind + " of " + group);
        }
        return object;
    }

    /// Reads any YAML or JSON file, without checking its kind.
    public static JsonNode read(Path file) throws IOException {
        try {
            return new ObjectMapper(YAMLFactory.builder().build()).readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException missing) {
            throw new IOException(file + ": there is no such file", missing);
        } catch (IOException malformed) {
            throw new IOException(file + ": " + String.valueOf(malformed.getMessage()).lines().findFirst().orElse(""), malformed);
        }
    }

    public static List<String> strings(JsonNode node, String field) {
        List<String> values = new ArrayList<>();
        node.path(field).forEach(value -> values.add(value.asText()));
        return List.copyOf(values);
    }
}
