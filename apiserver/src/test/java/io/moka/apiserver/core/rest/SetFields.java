package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.schema.Schema;
import java.util.Set;
import java.util.TreeSet;

/// The fields of the types of some objects, and which of them the objects set. An object's status and its `metadata` are left out: the server writes them.
final class SetFields {
    private final Set<String> known = new TreeSet<>();
    private final Set<String> set = new TreeSet<>();

    void add(Schema.Struct kind, JsonNode object) {
        kind.fields().values().stream().filter(field -> !Set.of("apiVersion", "kind", "metadata", "status").contains(field.name())).forEach(field -> {
            addKnown(kind.simpleName() + "." + field.name(), field.schema());
            if (object.has(field.name())) {
                addSet(kind.simpleName() + "." + field.name(), field.schema(), object.get(field.name()));
            }
        });
    }

    private void addKnown(String name, Schema schema) {
        if (known.add(name) || !(schema instanceof Schema.Struct)) {
            switch (schema) {
                case Schema.Scalar ignored -> {}
                case Schema.ListOf(Schema items) -> addKnownFields(items);
                case Schema.MapOf(Schema values) -> addKnownFields(values);
                case Schema.Struct struct -> addKnownFields(struct);
            }
        }
    }

    private void addKnownFields(Schema schema) {
        if (schema instanceof Schema.Struct struct && !struct.simpleName().equals("ObjectMeta")) {
            struct.fields().values().stream().filter(field -> !known.contains(struct.simpleName() + "." + field.name()))
                    .forEach(field -> addKnown(struct.simpleName() + "." + field.name(), field.schema()));
        }
    }

    private void addSet(String name, Schema schema, JsonNode value) {
        set.add(name);
        switch (schema) {
            case Schema.Scalar ignored -> {}
            case Schema.ListOf(Schema items) -> value.forEach(item -> addSet(name, items, item));
            case Schema.MapOf(Schema values) -> value.forEach(item -> addSet(name, values, item));
            case Schema.Struct struct -> struct.fields().values().stream().filter(field -> value.has(field.name()))
                    .forEach(field -> addSet(struct.simpleName() + "." + field.name(), field.schema(), value.get(field.name())));
        }
    }

    Set<String> known() {
        return known;
    }

    Set<String> unset() {
        Set<String> unset = new TreeSet<>(known);
        unset.removeAll(set);
        return unset;
    }
}
