package io.moka.apiserver.protobuf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.protobuf.MessageTypes.Field;
import io.moka.apiserver.resource.GroupVersionKind;
import io.moka.apiserver.status.ApiException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/// Reads objects in Kubernetes' binary form, in which Go clients send built-in kinds: an envelope with the kind, and in it the message.
public final class ProtobufDecoder {
    public static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";
    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final String META = "k8s.io.apimachinery.pkg.apis.meta.v1.";
    private static final int MAX_DEPTH = 100;

    /// Fields of Go's embedded structs, which are messages here and not there in JSON.
    private static final Set<String> EMBEDDED = Set.of("volumeSource", "persistentVolumeSource", "handler", "ephemeralContainerCommon",
            "localObjectReference", "rule", "ruleWithOperations", "ingressRuleValue");
    private static final Set<String> EMBEDDED_NOWHERE_ELSE = Set.of("volumeSource", "persistentVolumeSource", "ephemeralContainerCommon", "ruleWithOperations", "ingressRuleValue");

    /// Numbers that are pointers in Go: a zero of theirs was meant. Of the others Go writes zeros that nobody set.
    private static final Set<String> MEANT_ZEROS = Set.of("replicas", "terminationGracePeriodSeconds", "activeDeadlineSeconds", "tolerationSeconds",
            "runAsUser", "runAsGroup", "fsGroup", "revisionHistoryLimit", "progressDeadlineSeconds", "partition", "ttlSecondsAfterFinished", "backoffLimit",
            "parallelism", "completions", "successfulJobsHistoryLimit", "failedJobsHistoryLimit", "startingDeadlineSeconds", "minReplicas",
            "deletionGracePeriodSeconds", "gracePeriodSeconds", "priority", "defaultMode", "mode", "stabilizationWindowSeconds", "leaseTransitions");

    /// Made when the first binary body comes.
    private static final class Types {
        static final MessageTypes TABLE = new MessageTypes();
    }

    private ProtobufDecoder() {}

    /// @throws ApiException 400 when the bytes are not what they should be
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
        Map<Integer, Field> fields = Types.TABLE.fields(messageName(kind));
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

    private static String messageName(GroupVersionKind kind) {
        if (kind.kind().equals("DeleteOptions")) {
            return META + "DeleteOptions";
        }
        String group = kind.group().isEmpty() ? "core" : kind.group().split("\\.")[0];
        return "k8s.io.api." + group + "." + kind.version() + "." + kind.kind();
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
            case SINGLE -> readSingle(in, field, into, depth);
            case LIST -> {
                ObjectNode holder = Json.object();
                read(in, field, field.name(), holder, depth);
                ArrayNode list = into.get(field.name()) instanceof ArrayNode present ? present : into.putArray(field.name());
                list.add(holder.get(field.name()));
            }
            case MAP -> readEntry(CodedInputStream.newInstance(in.readByteArray()), field, Json.child(into, field.name()), depth);
        }
    }

    private static void readSingle(CodedInputStream in, Field field, ObjectNode into, int depth) throws IOException {
        if (embedded(field)) {
            readNested(in.readByteArray(), field.type(), into, depth);
            return;
        }
        switch (field.type()) {
            case "string" -> {
                String text = in.readString();
                if (!text.isEmpty() || field.name().equals("storageClassName")) {
                    into.put(field.name(), text);
                }
            }
            case "int" -> {
                long number = in.readInt64();
                if (number != 0 || MEANT_ZEROS.contains(field.name())) {
                    into.put(field.name(), number);
                }
            }
            default -> read(in, field, field.name(), into, depth);
        }
    }

    private static boolean embedded(Field field) {
        if (!field.message() || !EMBEDDED.contains(field.name())) {
            return false;
        }
        return EMBEDDED_NOWHERE_ELSE.contains(field.name()) || switch (field.name()) {
            case "handler" -> field.type().endsWith("Handler") && !field.type().endsWith("LifecycleHandler");
            case "localObjectReference" -> field.type().endsWith("LocalObjectReference");
            default -> field.type().endsWith(".Rule");
        };
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

    /// Reads one value under a name.
    private static void read(CodedInputStream in, Field field, String name, ObjectNode into, int depth) throws IOException {
        switch (field.type()) {
            case "string" -> into.put(name, in.readString());
            case "bool" -> into.put(name, in.readBool());
            case "int" -> into.put(name, in.readInt64());
            case "double" -> into.put(name, in.readDouble());
            case "bytes" -> into.put(name, Base64.getEncoder().encodeToString(in.readByteArray()));
            default -> readMessageValue(in.readByteArray(), field.type(), name, into, depth);
        }
    }

    private static void readMessageValue(byte[] bytes, String type, String name, ObjectNode into, int depth) throws IOException {
        switch (type) {
            case META + "Time" -> SpecialMessages.time(bytes, false).ifPresent(time -> into.put(name, time));
            case META + "MicroTime" -> SpecialMessages.time(bytes, true).ifPresent(time -> into.put(name, time));
            case META + "FieldsV1", "k8s.io.apimachinery.pkg.runtime.RawExtension" -> into.set(name, SpecialMessages.embeddedJson(bytes));
            case "k8s.io.apimachinery.pkg.api.resource.Quantity" -> into.put(name, SpecialMessages.onlyString(bytes));
            case "k8s.io.apimachinery.pkg.util.intstr.IntOrString" -> SpecialMessages.intOrString(bytes, name, into);
            default -> {
                ObjectNode nested = Json.object();
                readNested(bytes, type, nested, depth);
                into.set(name, type.endsWith(".ExtraValue") ? nested.withArray("items") : nested);
            }
        }
    }

    private static void readNested(byte[] bytes, String type, ObjectNode into, int depth) throws IOException {
        Map<Integer, Field> fields = Types.TABLE.fields(type);
        if (fields == null) {
            throw new IOException("unknown message " + type);
        }
        readMessage(CodedInputStream.newInstance(bytes), fields, into, depth + 1);
    }
}
