package io.moka.apiserver.extension.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.schema.Cause;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.FieldProblem;
import io.moka.apiserver.core.schema.ObjectSchema;
import io.moka.apiserver.core.schema.Problems;
import io.moka.apiserver.core.schema.Schema;
import io.moka.apiserver.core.schema.TypeProblem;
import io.moka.apiserver.extension.structural.StructuralDefaulter;
import io.moka.apiserver.extension.structural.StructuralPruner;
import io.moka.apiserver.extension.structural.StructuralSchema;
import io.moka.apiserver.extension.structural.ValueChecker;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The schema of a custom kind: the built-in rules for the fields that every object has, and the definition's own schema for the rest.
final class CustomSchema extends ObjectSchema {
    private final ObjectSchema header;
    private final StructuralSchema schema;
    private final @Nullable CustomObjectRules rules;

    /// @param header the fields `apiVersion`, `kind` and `metadata`, and no others
    CustomSchema(GroupVersionKind kind, Schema.Struct shape, Schema.Struct header, StructuralSchema schema) {
        super(kind, shape);
        this.header = new ObjectSchema(kind, header);
        this.schema = schema;
        rules = schema.hasRules() ? new CustomObjectRules(schema) : null;
    }

    /// Returns the fields of an object that the definition's schema does not cover; the metadata is shared with the object.
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
