package io.moka.apiserver.core.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.protobuf.MessageTypes.Field;
import io.moka.apiserver.core.resource.GroupVersionKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes objects in Kubernetes' binary form, for a client that accepts nothing else.
public final class ProtobufEncoder {
    private ProtobufEncoder() {}

    private interface Body {
        void write(CodedOutputStream out) throws IOException;
    }

    /// Returns an object with its envelope; empty when the kind has no binary form, as custom resources have none.
    public static Optional<byte[]> encode(ObjectNode object) {
        String apiVersion = object.path("apiVersion").asText();
        String kind = object.path("kind").asText();
        String message = MessageTypes.shared().message(GroupVersionKind.of(apiVersion, kind));
        if (message == null) {
            return Optional.empty();
        }
        return Optional.of(bytes(out -> {
            out.writeRawBytes(ProtobufDecoder.MAGIC);
            out.writeByteArray(1, bytes(type -> {
                type.writeString(1, apiVersion);
                type.writeString(2, kind);
            }));
            out.writeByteArray(2, message(object, message));
            out.writeString(3, "");
            out.writeString(4, "");
        }));
    }

    /// Returns one event of a watch: its length in four bytes, then the event without an envelope.
    public static byte[] watchEvent(String type, byte[] encodedObject) {
        return bytes(out -> {
            byte[] event = bytes(fields -> {
                fields.writeString(1, type);
                fields.writeByteArray(2, bytes(raw -> raw.writeByteArray(1, encodedObject)));
            });
            out.writeRawBytes(new byte[] {(byte) (event.length >> 24), (byte) (event.length >> 16), (byte) (event.length >> 8), (byte) event.length});
            out.writeRawBytes(event);
        });
    }

    private static byte[] bytes(Body body) {
        var bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            body.write(out);
            out.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static byte[] message(JsonNode object, String type) {
        Map<Integer, Field> fields = MessageTypes.shared().fields(type);
        if (fields == null) {
            throw new IllegalStateException("unknown message " + type);
        }
        return bytes(out -> {
            for (Field field : fields.values()) {
                write(out, field, object);
            }
        });
    }

    private static void write(CodedOutputStream out, Field field, JsonNode object) throws IOException {
        if (field.shape() == MessageTypes.Shape.EMBEDDED) {
            byte[] inner = message(object, field.type());
            if (inner.length > 0) {
                out.writeByteArray(field.number(), inner);
            }
            return;
        }
        JsonNode value = Json.present(object, field.name());
        if (value == null) {
            return;
        }
        switch (field.shape()) {
            case LIST -> {
                for (JsonNode element : value) {
                    writeValue(out, field.number(), field.type(), element);
                }
            }
            case MAP -> {
                for (Map.Entry<String, JsonNode> entry : value.properties()) {
                    out.writeByteArray(field.number(), bytes(pair -> {
                        pair.writeString(1, entry.getKey());
                        writeValue(pair, 2, field.type(), entry.getValue());
                    }));
                }
            }
            case SINGLE, OPTIONAL, EMBEDDED -> writeValue(out, field.number(), field.type(), value);
        }
    }

    private static void writeValue(CodedOutputStream out, int number, String type, JsonNode value) throws IOException {
        switch (type) {
            case "string" -> out.writeString(number, value.asText());
            case "bool" -> out.writeBool(number, value.asBoolean());
            case "int" -> out.writeInt64(number, value.asLong());
            case "double" -> out.writeDouble(number, value.asDouble());
            case "bytes" -> out.writeByteArray(number, value.binaryValue());
            default -> out.writeByteArray(number, messageValue(value, type));
        }
    }

    private static byte[] messageValue(JsonNode value, String type) {
        return switch (type) {
            case MessageTypes.META + "Time", MessageTypes.META + "MicroTime" -> time(value.asText());
            case MessageTypes.META + "FieldsV1", MessageTypes.EXTENSIONS + "JSON", "k8s.io.apimachinery.pkg.runtime.RawExtension" ->
                    bytes(out -> out.writeByteArray(1, Json.write(value)));
            case "k8s.io.apimachinery.pkg.api.resource.Quantity" -> bytes(out -> out.writeString(1, value.asText()));
            case "k8s.io.apimachinery.pkg.util.intstr.IntOrString" -> bytes(out -> {
                out.writeInt64(1, value.isTextual() ? 1 : 0);
                out.writeInt32(2, value.isTextual() ? 0 : value.asInt());
                out.writeString(3, value.isTextual() ? value.asText() : "");
            });
            case MessageTypes.EXTENSIONS + "JSONSchemaPropsOrArray", MessageTypes.EXTENSIONS + "JSONSchemaPropsOrStringArray" -> bytes(out -> {
                if (value.isObject()) {
                    out.writeByteArray(1, message(value, MessageTypes.EXTENSIONS + "JSONSchemaProps"));
                }
                for (JsonNode element : value.isArray() ? value : Json.MAPPER.createArrayNode()) {
                    out.writeByteArray(2, element.isTextual() ? ByteString.copyFromUtf8(element.asText()).toByteArray()
                            : message(element, MessageTypes.EXTENSIONS + "JSONSchemaProps"));
                }
            });
            case MessageTypes.EXTENSIONS + "JSONSchemaPropsOrBool" -> bytes(out -> {
                out.writeBool(1, !value.isBoolean() || value.booleanValue());
                if (value.isObject()) {
                    out.writeByteArray(2, message(value, MessageTypes.EXTENSIONS + "JSONSchemaProps"));
                }
            });
            default -> type.endsWith(".ExtraValue") || type.endsWith(".Verbs") ? message(wrapped(value), type) : message(value, type);
        };
    }

    private static JsonNode wrapped(@Nullable JsonNode items) {
        ObjectNode holder = Json.object();
        holder.set("items", items);
        return holder;
    }

    private static byte[] time(String text) {
        Instant instant = OffsetDateTime.parse(text).toInstant();
        return bytes(out -> {
            out.writeInt64(1, instant.getEpochSecond());
            out.writeInt32(2, instant.getNano());
        });
    }
}
