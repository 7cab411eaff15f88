package io.moka.schemagenerator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The build step: `SchemaGenerator OUTPUT_FOLDER [YAML_FILE OUTPUT_FOLDER]`.
///
/// Writes `schemas.txt` and `descriptions.txt`; a YAML file of documents becomes a JSON array beside its name, so
/// that the server need not load a YAML parser to start.
public final class SchemaGenerator {

    private SchemaGenerator() {
    }

    /// @param args the output folder, then pairs of YAML file and output folder
    public static void main(String[] args) throws IOException {
        Path out = Files.createDirectories(Path.of(args[0]));
        SortedMap<String, TypeModel> types = generate();
        Generated.write(out.resolve("schemas.txt"), SchemaWriter.structure(types.values()).getBytes(StandardCharsets.UTF_8));
        Generated.write(out.resolve("descriptions.txt"), SchemaWriter.descriptions(types.values()).getBytes(StandardCharsets.UTF_8));
        for (int i = 1; i + 1 < args.length; i += 2) {
            convert(Path.of(args[i]), Files.createDirectories(Path.of(args[i + 1])));
        }
    }

    static SortedMap<String, TypeModel> generate() throws IOException {
        SortedMap<String, TypeModel> types = types();
        Comments comments = Comments.read(ProtobufGenerator.FILES);
        types.replaceAll((name, type) -> described(type, comments));
        return types;
    }

    /// All types with their rules, without the descriptions from the sources.
    static SortedMap<String, TypeModel> types() throws IOException {
        ModelReader reader = new ModelReader();
        KindList.parse(lines("kinds.txt")).kinds().forEach(reader::readKind);
        reader.types().replaceAll((name, type) -> ZeroValues.omitted(type));
        Overlay.apply(lines("overlay.txt"), reader.types());
        return reader.types();
    }

    private static TypeModel described(TypeModel type, Comments comments) {
        SortedMap<String, FieldModel> fields = new TreeMap<>();
        type.fields().forEach((name, field) -> fields.put(name, field.described(comments.of(type.name(), name, field.description()))));
        return new TypeModel(type.name(), type.kind(), type.attributes(), comments.of(type.name(), type.description()), fields);
    }

    static List<String> lines(String resource) throws IOException {
        try (InputStream in = SchemaGenerator.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    private static void convert(Path yaml, Path outputFolder) throws IOException {
        List<JsonNode> documents = new ArrayList<>();
        ObjectMapper reader = new ObjectMapper(new YAMLFactory());
        try (var values = reader.readerFor(JsonNode.class).<JsonNode>readValues(yaml.toFile())) {
            values.forEachRemaining(documents::add);
        }
        String name = yaml.getFileName().toString().replaceFirst("\\.yaml$", ".json");
        Generated.write(outputFolder.resolve(name), new ObjectMapper().writeValueAsBytes(documents));
    }
}
