package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Collects validation problems, worded as Kubernetes words them. After [#MAX] problems it takes no more.
public final class Problems {
    static final int MAX = 100;
    private final List<Cause> found = new ArrayList<>();

    public List<Cause> found() {
        return found;
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    public void add(Cause cause) {
        if (found.size() < MAX) {
            found.add(cause);
        }
    }

    private void add(String reason, String message, String detail, Object path) {
        add(new Cause(reason, detail.isEmpty() ? message : message + ": " + detail, path.toString()));
    }

    public void required(Object path, String detail) {
        add("FieldValueRequired", "Required value", detail, path);
    }

    public void invalid(Object path, @Nullable JsonNode value, String detail) {
        add("FieldValueInvalid", "Invalid value: " + quote(value), detail, path);
    }

    public void invalid(Object path, String value, String detail) {
        invalid(path, TextNode.valueOf(value), detail);
    }

    public void wrongType(Object path, String actual, String detail) {
        add("FieldValueTypeInvalid", "Invalid value: " + quote(TextNode.valueOf(actual)), detail, path);
    }

    public void forbidden(Object path, String detail) {
        add("FieldValueForbidden", "Forbidden", detail, path);
    }

    public void duplicate(Object path, JsonNode value) {
        add("FieldValueDuplicate", "Duplicate value: " + quote(value), "", path);
    }

    public void notSupported(Object path, JsonNode value, List<String> supported) {
        add("FieldValueNotSupported", "Unsupported value: " + quote(value),
                "supported values: " + supported.stream().map(word -> TextNode.valueOf(word).toString()).collect(Collectors.joining(", ")), path);
    }

    public void tooLong(Object path, long most) {
        add("FieldValueTooLong", "Too long", "may not be more than " + most + " bytes", path);
    }

    public void tooMany(Object path, long actual, long most) {
        add("FieldValueTooMany", "Too many: " + actual, "must have at most " + most + " items", path);
    }

    static String quote(@Nullable JsonNode value) {
        return value == null || value.isMissingNode() ? "null" : value.toString();
    }
}
