package io.moka.kubectl;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;

/// Reads objects from files: YAML or JSON, several documents in one, folders of them, or standard input as `-`.
final class Manifests {

    private static final YAMLMapper YAML = new YAMLMapper();

    private Manifests() {
    }

    static List<ObjectNode> read(List<String> names) throws IOException {
        var objects = new ArrayList<ObjectNode>();
        for (var name : names) {
            if (name.equals("-")) {
                parse(new String(System.in.readAllBytes(), StandardCharsets.UTF_8), "standard input", objects);
            } else {
                for (var file : files(Path.of(name))) {
                    parse(Files.readString(file), file.toString(), objects);
                }
            }
        }
        if (objects.isEmpty()) {
            throw new UsageException("no objects in " + String.join(", ", names));
        }
        return objects;
    }

    private static List<Path> files(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new UsageException("the path \"" + path + "\" does not exist");
        }
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (var files = Files.list(path)) {
            return files.filter(file -> file.toString().matches(".*\\.(ya?ml|json)")).sorted().toList();
        }
    }

    static void parse(String text, String source, List<ObjectNode> objects) throws IOException {
        try (var documents = YAML.readerFor(JsonNode.class)
                .<JsonNode>readValues(withoutAliases(text))) {
            while (documents.hasNextValue()) {
                switch (documents.nextValue()) {
                    case ObjectNode list when list.path("kind").asText().endsWith("List") && list.has("items") ->
                            list.get("items").forEach(item -> objects.add(object(item, source)));
                    case ObjectNode object -> objects.add(object);
                    case null -> { }
                    case JsonNode other when other.isNull() || other.isMissingNode() -> { }
                    case JsonNode other -> object(other, source);
                }
            }
        } catch (JacksonException | YAMLException e) {
            throw new UsageException("error parsing " + source + ": " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    private static ObjectNode object(JsonNode node, String source) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new UsageException("a document or a list's item in " + source + " is not an object");
    }

    /// Writes anchored parts out wherever they are referred to; SnakeYAML bounds how much that may become.
    private static String withoutAliases(String text) {
        if (!text.contains("*") || !text.contains("&")) {
            return text;
        }
        var dump = new DumperOptions();
        dump.setDereferenceAliases(true);
        var load = new LoaderOptions();
        var yaml = new Yaml(new SafeConstructor(load), new Representer(dump), dump, load);
        var documents = new ArrayList<Object>();
        yaml.loadAll(text).forEach(documents::add);
        return yaml.dumpAll(documents.iterator());
    }
}
