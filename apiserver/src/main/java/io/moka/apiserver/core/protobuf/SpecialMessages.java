package io.moka.apiserver.core.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.moka.apiserver.core.json.Json;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Optional;

/// Reads and writes the messages that are no objects in JSON: times, quantities, numbers or strings, and JSON inside the binary form.
final class SpecialMessages {
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private SpecialMessages() {}

    /// Returns a time as text; empty for the zero time.
    static Optional<String> time(byte[] bytes, boolean micros) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        long seconds = 0;
        int nanos = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> seconds = in.readInt64();
                case 2 -> nanos = in.readInt32();
                default -> in.skipField(tag);
            }
        }
        return seconds == 0 && nanos == 0 ? Optional.empty() : Optional.of((micros ? MICROS : SECONDS).format(Instant.ofEpochSecond(seconds, nanos)));
    }

    /// Returns the value of a message whose only field is a string.
    static String onlyString(byte[] bytes) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        String value = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 1) {
                value = in.readString();
            } else {
                in.skipField(tag);
            }
        }
        return value;
    }

    static void intOrString(byte[] bytes, String name, ObjectNode into) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        boolean isString = false;
        int number = 0;
        String text = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> isString = in.readInt64() == 1;
                case 2 -> number = in.readInt32();
                case 3 -> text = in.readString();
                default -> in.skipField(tag);
            }
        }
        if (isString) {
            into.put(name, text);
        } else {
            into.put(name, number);
        }
    }

    static JsonNode embeddedJson(byte[] bytes) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        JsonNode value = Json.object();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 1) {
                value = embedded(in.readByteArray());
            } else {
                in.skipField(tag);
            }
        }
        return value;
    }

    /// Returns the object in a RawExtension: JSON, or the binary form, since a Go client embeds objects in the encoding that it writes.
    private static JsonNode embedded(byte[] raw) throws IOException {
        boolean binary = raw.length >= ProtobufDecoder.MAGIC.length && Arrays.equals(raw, 0, ProtobufDecoder.MAGIC.length, ProtobufDecoder.MAGIC, 0, ProtobufDecoder.MAGIC.length);
        return binary ? ProtobufDecoder.decode(raw) : Json.MAPPER.readTree(raw);
    }
}
