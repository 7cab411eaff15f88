package io.moka.apiserver.extension.cel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.primitives.UnsignedLong;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Converts CEL values to JSON, for the results of mutations.
public final class JsonValues {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JsonValues() {}

    /// @throws CelFailure for a value without a JSON form, or a part of an object whose type name does not fit its place
    public static JsonNode of(Object value) throws CelFailure {
        return of(value, "Object");
    }

    /// @param path the value's place, which is the type name required of a part of an object there; empty when the place is not known
    private static JsonNode of(Object value, String path) throws CelFailure {
        return switch (value) {
            case NullValue ignored -> NODES.nullNode();
            case Boolean flag -> NODES.booleanNode(flag);
            case Long number -> NODES.numberNode(number);
            case UnsignedLong number -> NODES.numberNode(number.bigIntegerValue());
            case Double number -> NODES.numberNode(number);
            case String text -> NODES.textNode(text);
            case CelByteString bytes -> NODES.textNode(Base64.getEncoder().encodeToString(bytes.toByteArray()));
            case Instant time -> NODES.textNode(time.toString());
            case Duration span -> NODES.textNode(span.toNanos() / 1e9 + "s");
            case List<?> list -> list(list, path);
            case Map<?, ?> map -> map(map, path);
            case ObjectFunctions.Initialized part -> {
                if (!path.isEmpty() && !part.typeName().equals(path)) {
                    throw new CelFailure("type mismatch: unexpected type name \"" + part.typeName() + "\", expected \"" + path
                            + "\", which matches field name path from root Object type", false);
                }
                yield map(part.fields(), part.typeName());
            }
            case ObjectFunctions.Operation operation -> operation(operation);
            default -> throw new CelFailure("unsupported type: " + value.getClass().getSimpleName(), false);
        };
    }

    private static ArrayNode list(List<?> list, String path) throws CelFailure {
        ArrayNode array = NODES.arrayNode(list.size());
        for (Object element : list) {
            array.add(of(element, path));
        }
        return array;
    }

    private static ObjectNode map(Map<?, ?> map, String path) throws CelFailure {
        ObjectNode object = NODES.objectNode();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String name = PropertyNames.unescape(String.valueOf(entry.getKey()));
            String below = path.isEmpty() ? "" : path + "." + name;
            if (entry.getValue() instanceof Optional<?> optional) {
                if (optional.isPresent()) {
                    object.set(name, of(optional.get(), below));
                }
            } else {
                object.set(name, of(entry.getValue(), below));
            }
        }
        return object;
    }

    /// Converts a patch operation. Its value may belong anywhere in an object, so type names are not checked.
    private static ObjectNode operation(ObjectFunctions.Operation operation) throws CelFailure {
        ObjectNode object = NODES.objectNode();
        for (Map.Entry<?, ?> entry : operation.fields().entrySet()) {
            object.set(String.valueOf(entry.getKey()), of(entry.getValue(), ""));
        }
        return object;
    }
}
