package io.moka.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.schema.FieldProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Removes what the schema does not know.
public final class StructuralPruner {
    private static final Set<String> OBJECT_FIELDS = Set.of("apiVersion", "kind", "metadata");
    private final List<FieldProblem> unknown = new ArrayList<>(0);

    private final Function<ObjectNode, List<FieldProblem>> header;

    private StructuralPruner(Function<ObjectNode, List<FieldProblem>> header) {
        this.header = header;
    }

    /// Prunes a whole object and returns the fields that were removed.
    public static List<FieldProblem> prune(StructuralSchema schema, ObjectNode object) {
        return prune(schema, object, metadata -> List.of());
    }

    /// @param header prunes the metadata of the objects inside, which the schema says nothing about; gets them as objects without anything else
    public static List<FieldProblem> prune(StructuralSchema schema, ObjectNode object, Function<ObjectNode, List<FieldProblem>> header) {
        var pruner = new StructuralPruner(header);
        pruner.prune(schema, object, FieldPath.ROOT, true, schema.preserveUnknown());
        return pruner.unknown;
    }

    /// Whether the schema knows all of a value.
    static List<FieldProblem> pruneValue(StructuralSchema schema, JsonNode value) {
        var pruner = new StructuralPruner(metadata -> List.of());
        pruner.prune(schema, value, FieldPath.ROOT, false, schema.preserveUnknown());
        return pruner.unknown;
    }

    /// @param preserve whether unknown fields stay here, as they do below a node that says so, until one with properties of its own says otherwise
    private void prune(@Nullable StructuralSchema schema, JsonNode value, FieldPath path, boolean isObject, boolean preserve) {
        if (schema == null) {
            return;
        }
        if (value instanceof ObjectNode object) {
            pruneObject(schema, object, path, isObject || schema.embedded(), preserve);
            if (schema.embedded() && object.get("metadata") instanceof ObjectNode metadata) {
                ObjectNode alone = JsonNodeFactory.instance.objectNode();
                alone.set("metadata", metadata);
                header.apply(alone).forEach(problem -> unknown.add(new FieldProblem(path + "." + problem.path())));
            }
        } else if (value.isArray() && schema.items() != null) {
            for (int i = 0; i < value.size(); i++) {
                prune(schema.items(), value.get(i), path.index(i), false, schema.items().preserveUnknown());
            }
        }
    }

    private void pruneObject(StructuralSchema schema, ObjectNode object, FieldPath path, boolean isObject, boolean preserve) {
        var fields = object.properties().iterator();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            if (isObject && OBJECT_FIELDS.contains(field.getKey())) {
                continue;
            }
            StructuralSchema child = schema.child(field.getKey());
            if (child != null) {
                prune(child, field.getValue(), path.child(field.getKey()), false, child.preserveUnknown());
            } else if (!preserve && !schema.anyAdditional()) {
                unknown.add(new FieldProblem(path.child(field.getKey()).toString()));
                fields.remove();
            }
        }
    }
}
