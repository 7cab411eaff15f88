package io.moka.apiserver.kinds.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.rest.IncludeObject;
import io.moka.apiserver.core.rest.TableRenderer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/// Renders tables by the columns of [Columns], and for custom resources by those of their definition.
public final class Tables implements TableRenderer {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final InstantSource clock;

    public Tables(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public ObjectNode render(ResourceType type, List<ObjectNode> items, ObjectNode listMeta, IncludeObject policy) {
        return render(type.custom() == null ? Columns.of(type.gvk()) : CustomColumns.of(type.custom()), items, listMeta, policy, true);
    }

    @Override
    public ObjectNode render(GroupVersionKind kind, List<ObjectNode> items, ObjectNode listMeta, IncludeObject policy) {
        return render(kind, items, listMeta, policy, true);
    }

    /// Returns the table of `items`, without the column definitions if `withHeader` is false, as in a watch after the first event.
    public ObjectNode render(GroupVersionKind kind, List<ObjectNode> items, ObjectNode listMeta, IncludeObject policy, boolean withHeader) {
        return render(Columns.of(kind), items, listMeta, policy, withHeader);
    }

    private ObjectNode render(List<Column> columns, List<ObjectNode> items, ObjectNode listMeta, IncludeObject policy, boolean withHeader) {
        ObjectNode table = JSON.objectNode().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.set("metadata", listMeta);
        ArrayNode header = table.putArray("columnDefinitions");
        if (withHeader) {
            columns.forEach(column -> addDefinition(header, column));
        }
        ArrayNode rows = table.putArray("rows");
        Instant now = clock.instant();
        for (ObjectNode item : items) {
            ObjectNode row = rows.addObject();
            ArrayNode cells = row.putArray("cells");
            columns.forEach(column -> cells.add(cell(column, item, now)));
            addObject(row, item, policy);
        }
        return table;
    }

    private static void addDefinition(ArrayNode header, Column column) {
        header.addObject()
                .put("name", column.name())
                .put("type", column.type())
                .put("format", column.format())
                .put("description", column.description())
                .put("priority", column.wide() ? 1 : 0);
    }

    private static JsonNode cell(Column column, JsonNode item, Instant now) {
        Object value = column.cell().of(item, now);
        return switch (value) {
            case Integer number -> JSON.numberNode(number);
            case Long number -> JSON.numberNode(number);
            case JsonNode node -> node;
            case Boolean flag -> JSON.booleanNode(flag);
            default -> JSON.textNode(value.toString());
        };
    }

    private static void addObject(ObjectNode row, ObjectNode item, IncludeObject policy) {
        switch (policy) {
            case NONE -> { }
            case METADATA -> {
                ObjectNode partial = row.putObject("object")
                        .put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
                partial.set("metadata", item.path("metadata"));
            }
            case OBJECT -> row.set("object", item);
        }
    }
}
