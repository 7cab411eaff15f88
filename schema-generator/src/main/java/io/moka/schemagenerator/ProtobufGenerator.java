package io.moka.schemagenerator;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The build step for the binary form: `ProtobufGenerator OUTPUT_FILE`. Writes which number each field of each message has, one
/// message a line: its name, then `number:field:type`, where `*` before a type means a list and `%` a map.
public final class ProtobufGenerator {
    static final List<String> FILES = List.of("Meta", "IntStr", "Resource", "Runtime", "V1", "V1Admissionregistration", "V1Apps",
            "V1Authentication", "V1Authorization", "V1Autoscaling", "V2Autoscaling", "V1Batch", "V1Certificates", "V1Coordination", "V1Discovery",
            "V1Events", "V1Networking", "V1Node", "V1Policy", "V1Rbac", "V1Scheduling", "V1Storage");

    private ProtobufGenerator() {}

    public static void main(String[] args) throws IOException, ReflectiveOperationException {
        Map<String, String> lines = new TreeMap<>();
        for (String file : FILES) {
            var descriptor = (FileDescriptor) Class.forName("io.kubernetes.client.proto." + file).getMethod("getDescriptor").invoke(null);
            descriptor.getMessageTypes().forEach(message -> lines.put(message.getFullName(), line(message)));
        }
        Path out = Path.of(args[0]);
        Files.createDirectories(out.getParent());
        Generated.write(out, (String.join("\n", lines.values()) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String line(Descriptor message) {
        List<String> words = new ArrayList<>();
        words.add(message.getFullName());
        for (FieldDescriptor field : message.getFields()) {
            words.add(field.getNumber() + ":" + field.getName() + ":" + type(field));
        }
        return String.join(" ", words);
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
