package io.moka.schemagenerator;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The build step for the binary form: `ProtobufGenerator OUTPUT_FILE`.
///
/// Writes one message a line: its name, then for each field `number:name:type`, where `*` before a type means a list, `%` a map, `^` a struct
/// that Go embeds and whose fields are the outer object's in JSON, and `?` a value that is absent when it is zero. Then one line for each kind:
/// `=apiVersion/kind` and the name of its message.
///
/// The names are those of the JSON form, from the same types as the schema: the descriptors' own names are written otherwise here and there
/// (`Webhooks`, `uID`, `aPIGroup`). A field that the JSON schema lacks, as descriptors newer than it may have, is left out.
public final class ProtobufGenerator {
    static final List<String> FILES = List.of("Meta", "IntStr", "Resource", "Runtime", "V1", "V1Admissionregistration", "V1Apiextensions", "V1Apps",
            "V1Authentication", "V1Authorization", "V1Autoscaling", "V2Autoscaling", "V1Batch", "V1Certificates", "V1Coordination", "V1Discovery",
            "V1Events", "V1Flowcontrol", "V1Networking", "V1Node", "V1Policy", "V1Rbac", "V1Resource", "V1Scheduling", "V1Storage");

    private final SortedMap<String, TypeModel> types;
    private final Map<String, String> lines = new TreeMap<>();

    private ProtobufGenerator(SortedMap<String, TypeModel> types) {
        this.types = types;
    }

    public static void main(String[] args) throws IOException, ReflectiveOperationException {
        String text = String.join("\n", lines(SchemaGenerator.types())) + "\n";
        Generated.write(Path.of(args[0]), text.getBytes(StandardCharsets.UTF_8));
    }

    static List<String> lines(SortedMap<String, TypeModel> types) throws IOException, ReflectiveOperationException {
        ProtobufGenerator generator = new ProtobufGenerator(types);
        for (String file : FILES) {
            var descriptor = (FileDescriptor) Class.forName("io.kubernetes.client.proto." + file).getMethod("getDescriptor").invoke(null);
            descriptor.getMessageTypes().forEach(generator::add);
        }
        SchemaGenerator.lines("messages.txt").stream().filter(line -> !line.isBlank() && !line.startsWith("#"))
                .forEach(line -> generator.lines.put(line.split(" ")[0], line));
        types.values().stream().filter(type -> !type.kind().isEmpty()).forEach(generator::addKind);
        types.values().forEach(generator::requireComplete);
        return List.copyOf(generator.lines.values());
    }

    private void addKind(TypeModel type) {
        String message = messageName(type.name());
        if (!lines.containsKey(message)) {
            throw new IllegalStateException("protobuf: no message for the kind " + type.kind() + "; describe it in messages.txt");
        }
        lines.put("=" + type.kind(), "=" + type.kind() + " " + message);
    }

    /// @throws IllegalStateException when a field of the JSON form has no number
    private void requireComplete(TypeModel type) {
        String line = lines.get(messageName(type.name()));
        if (line != null) {
            String embedded = lines.values().stream().filter(other -> other.split(" ")[0].endsWith("@" + type.name())).collect(Collectors.joining(" "));
            type.fields().keySet().stream().filter(name -> !name.equals("kind") && !name.equals("apiVersion"))
                    .filter(name -> !(line + " " + embedded).contains(":" + name + ":")).findFirst().ifPresent(name -> {
                        throw new IllegalStateException("protobuf: " + type.name() + " has no number for the field " + name);
                    });
        }
    }

    private static String messageName(String type) {
        return type.replaceFirst("^io\\.", "").replace('-', '_').replaceFirst("^k8s\\.", "k8s.io.");
    }

    private void add(Descriptor message) {
        TypeModel type = types.get("io." + message.getFullName().replaceFirst("^k8s\\.io\\.", "k8s.").replace('_', '-'));
        if (type != null) {
            lines.put(message.getFullName(), line(message, message.getFullName(), type));
        } else if (message.getFullName().startsWith("k8s.io.apimachinery.") || message.getName().equals("ExtraValue") || message.getFields().isEmpty()) {
            lines.put(message.getFullName(), message.getFullName() + message.getFields().stream()
                    .map(field -> " " + field.getNumber() + ":" + field.getName() + ":" + type(field)).collect(Collectors.joining()));
        }
    }

    /// @param name the message's own, or another where the message is embedded in the type
    private String line(Descriptor message, String name, TypeModel type) {
        StringBuilder line = new StringBuilder(name);
        for (FieldDescriptor field : message.getFields()) {
            FieldModel json = named(field.getName(), type);
            if (json != null) {
                line.append(' ').append(field.getNumber()).append(':').append(json.name()).append(json.omitsZero() ? ":?" : ":").append(type(field));
            } else if (embedded(field, type)) {
                String inner = field.getMessageType().getFullName() + "@" + type.name();
                lines.put(inner, line(field.getMessageType(), inner, type));
                line.append(' ').append(field.getNumber()).append(':').append(field.getName()).append(":^").append(inner);
            }
        }
        return line.toString();
    }

    private static @Nullable FieldModel named(String name, TypeModel type) {
        FieldModel exact = type.fields().get(name);
        return exact != null ? exact : type.fields().values().stream().filter(field -> plain(field.name()).equals(plain(name))).findFirst().orElse(null);
    }

    private static String plain(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
    }

    /// Whether each field of the message is one of the outer type.
    private static boolean embedded(FieldDescriptor field, TypeModel type) {
        return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isRepeated()
                && field.getMessageType().getFields().stream().allMatch(inner -> named(inner.getName(), type) != null || embedded(inner, type));
    }

    private static String type(FieldDescriptor field) {
        if (field.isMapField()) {
            return "%" + single(field.getMessageType().findFieldByNumber(2));
        }
        return field.isRepeated() ? "*" + single(field) : single(field);
    }

    private static String single(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case STRING -> "string";
            case BOOLEAN -> "bool";
            case INT, LONG -> "int";
            case FLOAT, DOUBLE -> "double";
            case BYTE_STRING -> "bytes";
            case MESSAGE -> field.getMessageType().getFullName();
            case ENUM -> throw new IllegalArgumentException("Kubernetes has no enums: " + field.getFullName());
        };
    }
}
