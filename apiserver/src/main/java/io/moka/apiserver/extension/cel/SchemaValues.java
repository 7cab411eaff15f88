package io.moka.apiserver.extension.cel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.values.CelByteString;
import io.moka.apiserver.extension.structural.StructuralSchema;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Converts JSON to CEL values of the types that [SchemaTypes] creates from its schema.
public final class SchemaValues {
    private static final Pattern DURATION_PART = Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|ms|s|m|h|d|w)");

    private SchemaValues() {}

    public static Object of(StructuralSchema schema, JsonNode value) {
        if (value.isNull()) {
            return CelValues.nullValue();
        }
        if (value.isObject()) {
            return object(schema, value);
        }
        if (value.isArray()) {
            List<Object> list = new ArrayList<>(value.size());
            value.forEach(element -> list.add(schema.items() == null ? CelValues.of(element) : of(schema.items(), element)));
            return list;
        }
        if (value.isTextual()) {
            return text(schema.bounds().format(), schema.type(), value.textValue());
        }
        return switch (schema.type()) {
            case "number" -> (Object) value.doubleValue();
            case "integer" -> (Object) value.longValue();
            default -> CelValues.of(value);
        };
    }

    private static Object object(StructuralSchema schema, JsonNode value) {
        Map<String, Object> map = LinkedHashMap.newLinkedHashMap(value.size());
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            StructuralSchema property = schema.properties().get(field.getKey());
            if (property != null) {
                PropertyNames.escape(field.getKey()).ifPresent(name -> map.put(name, of(property, field.getValue())));
            } else {
                map.put(field.getKey(), schema.additional() == null ? CelValues.of(field.getValue()) : of(schema.additional(), field.getValue()));
            }
        }
        return map;
    }

    private static Object text(String format, String type, String text) {
        if (!type.equals("string")) {
            return text;
        }
        try {
            return switch (format) {
                case "byte" -> CelByteString.of(Base64.getDecoder().decode(text));
                case "date-time" -> OffsetDateTime.parse(text).toInstant();
                case "date" -> LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
                case "duration" -> duration(text);
                default -> text;
            };
        } catch (DateTimeException | IllegalArgumentException malformed) {
            return text;
        }
    }

    private static Duration duration(String text) {
        Matcher part = DURATION_PART.matcher(text);
        double nanos = 0;
        while (part.find()) {
            nanos += Double.parseDouble(part.group(1)) * switch (part.group(2)) {
                case "ns" -> 1.0;
                case "us", "µs" -> 1e3;
                case "ms" -> 1e6;
                case "s" -> 1e9;
                case "m" -> 6e10;
                case "h" -> 3.6e12;
                case "d" -> 8.64e13;
                default -> 6.048e14;
            };
        }
        return Duration.ofNanos((long) (text.startsWith("-") ? -nanos : nanos));
    }
}
