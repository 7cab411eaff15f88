package io.moka.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.GroupVersionKind;
import io.moka.apiserver.schema.Cause;
import io.moka.apiserver.schema.FieldProblem;
import io.moka.apiserver.schema.ObjectSchema;
import io.moka.apiserver.schema.Schema;
import io.moka.apiserver.schema.TypeProblem;
import io.moka.apiserver.structural.FieldPath;
import io.moka.apiserver.structural.Problems;
import io.moka.apiserver.structural.StructuralDefaulter;
import io.moka.apiserver.structural.StructuralPruner;
import io.moka.apiserver.structural.StructuralSchema;
import io.moka.apiserver.structural.ValueChecker;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The schema of a custom kind: what every object has is left to the built-in rules, the rest to the definition's own schema.
final class CustomSchema extends ObjectSchema {
    private final ObjectSchema header;
    private final StructuralSchema schema;
    private final @Nullable ObjectRules rules;

    /// @param header knows `apiVersion`, `kind` and `metadata`, and nothing else
    CustomSchema(GroupVersionKind kind, Schema.Struct shape, Schema.Struct header, StructuralSchema schema) {
        super(kind, shape);
        this.header = new ObjectSchema(kind, header);
        this.schema = schema;
        rules = schema.hasRules() ? new ObjectRules(schema) : null;
    }

    StructuralSchema structural() {
        return schema;
    }

    /// The part of an object that is not the definition's business; its metadata is the object's own.
    private static ObjectNode headerOf(ObjectNode object) {
        ObjectNode part = Json.object();
        for (String field : new String[] {"apiVersion", "kind", "metadata"}) {
            JsonNode value = object.get(field);
            if (value != null) {
                part.set(field, value);
            }
        }
        return part;
    }

    @Override
    public List<TypeProblem> checkTypes(ObjectNode object) {
        return header.checkTypes(headerOf(object));
    }

    @Override
    public List<FieldProblem> prune(ObjectNode object) {
        List<FieldProblem> unknown = new ArrayList<>(header.prune(headerOf(object)));
        unknown.addAll(StructuralPruner.prune(schema, object, header::prune));
        return unknown;
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        StructuralDefaulter.apply(schema, object);
    }

    @Override
    public List<Cause> validate(ObjectNode object) {
        List<Cause> causes = new ArrayList<>(header.validate(headerOf(object)));
        causes.addAll(checkValues(object, null));
        return causes;
    }

    @Override
    public List<Cause> validateUpdate(ObjectNode updated, ObjectNode old, String subresource) {
        List<Cause> causes = new ArrayList<>(header.validateUpdate(headerOf(updated), headerOf(old), subresource));
        causes.addAll(checkValues(updated, old));
        return causes;
    }

    private List<Cause> checkValues(ObjectNode object, @Nullable ObjectNode old) {
        Problems problems = new Problems();
        new ValueChecker(problems).check(schema, object, old, FieldPath.ROOT);
        if (rules == null) {
            return problems.found();
        }
        if (problems.isEmpty()) {
            rules.check(object, old, problems);
        } else {
            problems.invalid("<nil>", (JsonNode) null, "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation");
        }
        return problems.found();
    }
}
