package io.moka.apiserver.kinds.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.moka.apiserver.core.resource.CustomType;
import io.moka.apiserver.core.resource.CustomType.PrinterColumn;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/// Creates the columns that a definition declares for its custom kind.
final class CustomColumns {
    private static final List<Column> WITHOUT_ANY = List.of(Columns.NAME, Columns.AGE);

    private CustomColumns() {}

    static List<Column> of(CustomType type) {
        if (type.columns().isEmpty()) {
            return WITHOUT_ANY;
        }
        List<Column> columns = new ArrayList<>(List.of(Columns.NAME));
        type.columns().forEach(column -> columns.add(column(column)));
        return columns;
    }

    private static Column column(PrinterColumn column) {
        JsonPath path = JsonPath.parse(column.jsonPath());
        return new Column(column.name(), column.type(), column.format(), column.description(), column.priority() > 0,
                (object, now) -> cell(column.type(), path.find(object), now));
    }

    private static Object cell(String type, List<JsonNode> found, Instant now) {
        if (found.isEmpty() || found.getFirst().isNull()) {
            return NullNode.getInstance();
        }
        JsonNode value = found.getFirst();
        return switch (type) {
            case "integer" -> value.isNumber() ? (Object) value.longValue() : NullNode.getInstance();
            case "number" -> value.isNumber() ? value : NullNode.getInstance();
            case "boolean" -> value.isBoolean() ? value : NullNode.getInstance();
            case "date" -> age(value, now);
            default -> found.size() > 1 ? String.join(",", found.stream().map(CustomColumns::text).toList()) : text(value);
        };
    }

    private static String text(JsonNode value) {
        return value.isValueNode() ? value.asText() : value.toString();
    }

    private static Object age(JsonNode value, Instant now) {
        try {
            return Cells.humanDuration(java.time.Duration.between(Instant.parse(value.asText()), now));
        } catch (DateTimeParseException malformed) {
            return "<invalid>";
        }
    }
}
