package io.moka.apiserver.core.rest;

import io.moka.apiserver.core.request.Query;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.CachedObject;
import io.moka.machinery.meta.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// The label and field selectors of a request, as a predicate on cached objects.
public record Selection(LabelSelector labels, List<FieldTest> fields) implements Predicate<CachedObject> {

    /// @param index the field's position among the type's selectable ones; -1 for the name, -2 for the namespace
    record FieldTest(int index, String value, boolean equal) {
        boolean matches(CachedObject object) {
            String actual = switch (index) {
                case -1 -> object.name();
                case -2 -> object.namespace();
                default -> object.fields().get(index);
            };
            return actual.equals(value) == equal;
        }
    }

    /// @param stored the type in the cache, whose selectable fields the positions refer to
    public static Selection of(ResourceType type, ResourceType stored, Query query) {
        return new Selection(labels(query.get("labelSelector")), fields(type, stored, query.get("fieldSelector")));
    }

    /// Returns the selection, restricted to one name.
    Selection named(String name) {
        List<FieldTest> narrowed = new ArrayList<>(fields);
        narrowed.add(new FieldTest(-1, name, true));
        return new Selection(labels, narrowed);
    }

    private static LabelSelector labels(String text) {
        try {
            return text.isEmpty() ? LabelSelector.everything() : LabelSelector.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw ApiException.badRequest(malformed.getMessage());
        }
    }

    private static List<FieldTest> fields(ResourceType type, ResourceType stored, String text) {
        List<FieldTest> tests = new ArrayList<>();
        for (String term : text.split(",")) {
            if (!term.isEmpty()) {
                tests.add(test(type, stored, term));
            }
        }
        return tests;
    }

    private static FieldTest test(ResourceType type, ResourceType stored, String term) {
        int equals = term.indexOf('=');
        if (equals < 1) {
            throw ApiException.badRequest("invalid selector: '" + term + "'; can't understand '" + term + "'");
        }
        boolean not = term.charAt(equals - 1) == '!';
        String field = term.substring(0, not ? equals - 1 : equals);
        int valueStart = !not && term.startsWith("==", equals) ? equals + 2 : equals + 1;
        return new FieldTest(index(type, stored, field), term.substring(valueStart), !not);
    }

    private static int index(ResourceType type, ResourceType stored, String field) {
        if (field.equals("metadata.name")) {
            return -1;
        }
        if (field.equals("metadata.namespace") && type.namespaced()) {
            return -2;
        }
        if (!type.selectableFields().contains(field)) {
            throw ApiException.badRequest(unknown(type, field));
        }
        return stored.selectableFields().indexOf(EventConversion.appliesTo(type) ? EventConversion.storedField(field) : field);
    }

    private static String unknown(ResourceType type, String field) {
        if (type.selectableFields().isEmpty() && type.custom() == null) {
            return "\"" + field + "\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"";
        }
        return type.kind().equals("Job") ? "field label \"" + field + "\" not supported for Job" : "field label not supported: " + field;
    }

    boolean selectsAll() {
        return labels.isEverything() && fields.isEmpty();
    }

    @Override
    public boolean test(CachedObject object) {
        if (!labels.isEverything() && !labels.matches(object.labels())) {
            return false;
        }
        for (FieldTest field : fields) {
            if (!field.matches(object)) {
                return false;
            }
        }
        return true;
    }
}
