package io.moka.apiserver.extension.structural;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.FieldProblem;
import io.moka.apiserver.core.schema.FieldProblems;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Removes the fields that a schema does not know.
public final class StructuralPruner {
    private static final Set<String> OBJECT_FIELDS = Set.of("apiVersion", "kind", "metadata");
    private final FieldProblems unknown = new FieldProblems();

    private final Function<ObjectNode, List<FieldProblem>> header;

    private StructuralPruner(Function<ObjectNode, List<FieldProblem>> header) {
        this.header = header;
    }

    /// Prunes a whole object and returns the fields that were removed.
    public static List<FieldProblem> prune(StructuralSchema schema, ObjectNode object) {
        return prune(schema, object, metadata -> List.of());
    }

    /// @param header prunes the metadata of embedded objects, which the schema does not describe; it gets an object with the metadata alone
    public static List<FieldProblem> prune(StructuralSchema schema, ObjectNode object, Function<ObjectNode, List<FieldProblem>> header) {
        var pruner = new StructuralPruner(header);
        pruner.prune(schema, object, FieldPath.ROOT, true, schema.preserveUnknown());
        return pruner.unknown.list();
    }

    /// Prunes a value that is not a whole object and returns the fields that were removed.
    static List<FieldProblem> pruneValue(StructuralSchema schema, JsonNode value) {
        var pruner = new StructuralPruner(metadata -> List.of());
        pruner.prune(schema, value, FieldPath.ROOT, false, schema.preserveUnknown());
        return pruner.unknown.list();
    }

    /// @param preserve whether unknown fields are kept here: inherited from a node that says so, down to the next node with properties of its own
    private void prune(@Nullable StructuralSchema schema, JsonNode value, FieldPath path, boolean isObject, boolean preserve) {
        if (schema == null) {
            return;
        }
        if (value instanceof ObjectNode object) {
            pruneObject(schema, object, path, isObject || schema.embedded(), preserve);
            if (schema.embedded() && object.get("metadata") instanceof ObjectNode metadata) {
                ObjectNode alone = JsonNodeFactory.instance.objectNode();
                alone.set("metadata", metadata);
                header.apply(alone).forEach(problem -> unknown.add(path + "." + problem.path()));
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
                unknown.add(path.child(field.getKey()));
                fields.remove();
            }
        }
    }
}
