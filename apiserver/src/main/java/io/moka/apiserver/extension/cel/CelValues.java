package io.moka.apiserver.extension.cel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.values.NullValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Converts JSON to CEL values, for variables of type `dyn` and for built-in kinds.
public final class CelValues {
    private CelValues() {}

    /// Returns CEL's null.
    public static Object nullValue() {
        return NullValue.NULL_VALUE;
    }

    public static Object of(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> {
                Map<String, Object> map = LinkedHashMap.newLinkedHashMap(value.size());
                value.properties().forEach(field -> map.put(field.getKey(), of(field.getValue())));
                yield map;
            }
            case ARRAY -> {
                List<Object> list = new ArrayList<>(value.size());
                value.forEach(element -> list.add(of(element)));
                yield list;
            }
            case STRING -> value.textValue();
            case BOOLEAN -> value.booleanValue();
            case NUMBER -> value.isIntegralNumber() ? (Object) value.longValue() : (Object) value.doubleValue();
            case NULL, MISSING, BINARY, POJO -> NullValue.NULL_VALUE;
        };
    }
}
