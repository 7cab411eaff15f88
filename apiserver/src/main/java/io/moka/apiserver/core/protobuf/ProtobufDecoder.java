package io.moka.apiserver.core.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.protobuf.MessageTypes.Field;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.status.ApiException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/// Reads objects in Kubernetes' binary form, in which Go clients send built-in kinds: an envelope with the kind, and the message inside it.
public final class ProtobufDecoder {
    public static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";
    static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final int MAX_DEPTH = 100;

    private ProtobufDecoder() {}

    /// @throws ApiException 400 when the bytes are not a valid object in this form
    public static ObjectNode decode(byte[] body) {
        if (body.length < MAGIC.length || !Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw ApiException.badRequest("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        }
        try {
            return envelope(CodedInputStream.newInstance(body, MAGIC.length, body.length - MAGIC.length));
        } catch (IOException malformed) {
            throw ApiException.badRequest("unable to decode a protobuf message: " + malformed.getMessage());
        }
    }

    private static ObjectNode envelope(CodedInputStream in) throws IOException {
        GroupVersionKind kind = new GroupVersionKind("", "", "");
        byte[] raw = {};
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> kind = typeMeta(in.readByteArray());
                case 2 -> raw = in.readByteArray();
                default -> in.skipField(tag);
            }
        }
        String message = kind.kind().equals("DeleteOptions") ? MessageTypes.META + "DeleteOptions" : MessageTypes.shared().message(kind);
        Map<Integer, Field> fields = message == null ? null : MessageTypes.shared().fields(message);
        if (fields == null) {
            throw ApiException.badRequest("no kind \"" + kind.kind() + "\" is registered for version \"" + kind.apiVersion() + "\"");
        }
        ObjectNode object = Json.object().put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
        readMessage(CodedInputStream.newInstance(raw), fields, object, 0);
        return object;
    }

    private static GroupVersionKind typeMeta(byte[] bytes) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        String apiVersion = "";
        String kind = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> apiVersion = in.readString();
                case 2 -> kind = in.readString();
                default -> in.skipField(tag);
            }
        }
        return GroupVersionKind.of(apiVersion, kind);
    }

    private static void readMessage(CodedInputStream in, Map<Integer, Field> fields, ObjectNode into, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IOException("nested too deeply");
        }
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            Field field = fields.get(WireFormat.getTagFieldNumber(tag));
            if (field == null) {
                in.skipField(tag);
            } else {
                readField(in, field, into, depth);
            }
        }
    }

    private static void readField(CodedInputStream in, Field field, ObjectNode into, int depth) throws IOException {
        switch (field.shape()) {
            case SINGLE -> read(in, field, field.name(), into, depth);
            case OPTIONAL -> {
                read(in, field, field.name(), into, depth);
                if (zero(into.path(field.name()))) {
                    into.remove(field.name());
                }
            }
            case EMBEDDED -> readNested(in.readByteArray(), field.type(), into, depth);
            case LIST -> {
                ObjectNode holder = Json.object();
                read(in, field, field.name(), holder, depth);
                ArrayNode list = into.get(field.name()) instanceof ArrayNode present ? present : into.putArray(field.name());
                list.add(holder.get(field.name()));
            }
            case MAP -> readEntry(CodedInputStream.newInstance(in.readByteArray()), field, Json.child(into, field.name()), depth);
        }
    }

    private static void readEntry(CodedInputStream in, Field field, ObjectNode map, int depth) throws IOException {
        String key = "";
        ObjectNode holder = Json.object();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> key = in.readString();
                case 2 -> read(in, field, "value", holder, depth);
                default -> in.skipField(tag);
            }
        }
        if (holder.has("value")) {
            map.set(key, holder.get("value"));
        } else if (field.type().equals("string") || field.type().equals("bytes")) {
            map.put(key, "");
        }
    }

    /// Reads one value and puts it into the object under a name.
    private static void read(CodedInputStream in, Field field, String name, ObjectNode into, int depth) throws IOException {
        switch (field.type()) {
            case "string" -> into.put(name, in.readString());
            case "bool" -> into.put(name, in.readBool());
            case "int" -> into.set(name, Json.number(in.readInt64()));
            case "double" -> into.set(name, Json.number(in.readDouble()));
            case "bytes" -> into.put(name, Base64.getEncoder().encodeToString(in.readByteArray()));
            default -> readMessageValue(in.readByteArray(), field.type(), name, into, depth);
        }
    }

    private static void readMessageValue(byte[] bytes, String type, String name, ObjectNode into, int depth) throws IOException {
        switch (type) {
            case MessageTypes.META + "Time" -> SpecialMessages.time(bytes, false).ifPresent(time -> into.put(name, time));
            case MessageTypes.META + "MicroTime" -> SpecialMessages.time(bytes, true).ifPresent(time -> into.put(name, time));
            case MessageTypes.META + "FieldsV1", MessageTypes.EXTENSIONS + "JSON", "k8s.io.apimachinery.pkg.runtime.RawExtension" ->
                    into.set(name, SpecialMessages.embeddedJson(bytes));
            case "k8s.io.apimachinery.pkg.api.resource.Quantity" -> into.put(name, SpecialMessages.onlyString(bytes));
            case "k8s.io.apimachinery.pkg.util.intstr.IntOrString" -> SpecialMessages.intOrString(bytes, name, into);
            case MessageTypes.EXTENSIONS + "JSONSchemaPropsOrArray", MessageTypes.EXTENSIONS + "JSONSchemaPropsOrBool",
                    MessageTypes.EXTENSIONS + "JSONSchemaPropsOrStringArray" -> into.set(name, readSchemaOr(bytes, type, depth));
            default -> {
                ObjectNode nested = Json.object();
                readNested(bytes, type, nested, depth);
                into.set(name, type.endsWith(".ExtraValue") || type.endsWith(".Verbs") ? nested.withArray("items") : nested);
            }
        }
    }

    /// Reads a JSONSchemaPropsOrArray, OrStringArray or OrBool: a schema, or instead of it a list of schemas, a list of names, or whether anything is allowed.
    private static JsonNode readSchemaOr(byte[] bytes, String type, int depth) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        ObjectNode schema = null;
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        boolean allows = false;
        boolean bool = type.endsWith("Bool");
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int number = WireFormat.getTagFieldNumber(tag);
            if (number == 1 && bool) {
                allows = in.readBool();
            } else if (number == (bool ? 2 : 1)) {
                schema = Json.object();
                readNested(in.readByteArray(), MessageTypes.EXTENSIONS + "JSONSchemaProps", schema, depth);
            } else if (number == 2 && type.endsWith("StringArray")) {
                list.add(in.readString());
            } else if (number == 2) {
                readNested(in.readByteArray(), MessageTypes.EXTENSIONS + "JSONSchemaProps", list.addObject(), depth);
            } else {
                in.skipField(tag);
            }
        }
        return schema != null ? schema : bool ? BooleanNode.valueOf(allows) : list;
    }

    private static boolean zero(JsonNode value) {
        return value.isTextual() ? value.textValue().isEmpty() : value.isNumber() ? value.doubleValue() == 0 : value.isBoolean() && !value.booleanValue();
    }

    private static void readNested(byte[] bytes, String type, ObjectNode into, int depth) throws IOException {
        Map<Integer, Field> fields = MessageTypes.shared().fields(type);
        if (fields == null) {
            throw new IOException("unknown message " + type);
        }
        readMessage(CodedInputStream.newInstance(bytes), fields, into, depth + 1);
    }
}
