package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Collects the reasons why an object is invalid, worded as Kubernetes words its field errors.
final class Causes {

    private final List<Cause> found = new ArrayList<>(0);

    List<Cause> found() {
        return found;
    }

    void required(Path path, String detail) {
        add("FieldValueRequired", "Required value", detail, path);
    }

    void invalid(Path path, @Nullable JsonNode value, String detail) {
        add("FieldValueInvalid", "Invalid value: " + quote(value), detail, path);
    }

    void invalid(Path path, String value, String detail) {
        invalid(path, TextNode.valueOf(value), detail);
    }

    void invalid(Path path, long value, String detail) {
        invalid(path, LongNode.valueOf(value), detail);
    }

    void invalidAll(Path path, String value, Collection<String> details) {
        details.forEach(detail -> invalid(path, value, detail));
    }

    /// Requires a text that is not empty and passes a check.
    ///
    /// @param absent the detail of the error when the text is empty; may be empty itself
    /// @param check  returns the reasons why the text is invalid
    void requireValid(Path path, String value, String absent, Function<String, ? extends Collection<String>> check) {
        if (value.isEmpty()) {
            required(path, absent);
        } else {
            invalidAll(path, value, check.apply(value));
        }
    }

    void notSupported(Path path, String value, Collection<String> supported) {
        String list = supported.stream().sorted().map(Causes::quote).collect(Collectors.joining(", "));
        add("FieldValueNotSupported", "Unsupported value: " + quote(value), "supported values: " + list, path);
    }

    /// Adds the same error for a value that is not a text.
    void notSupported(Path path, JsonNode value, Collection<String> supported) {
        notSupportedUnsorted(path, value, supported.stream().sorted().toList());
    }

    void notSupportedUnsorted(Path path, JsonNode value, List<String> supported) {
        add("FieldValueNotSupported", "Unsupported value: " + quote(value),
                "supported values: " + supported.stream().map(Causes::quote).collect(Collectors.joining(", ")), path);
    }

    void duplicate(Path path, String value) {
        duplicate(path, TextNode.valueOf(value));
    }

    void duplicate(Path path, JsonNode value) {
        duplicate(path, value, "");
    }

    void duplicate(Path path, JsonNode value, String detail) {
        add("FieldValueDuplicate", "Duplicate value: " + quote(value), detail, path);
    }

    void notFound(Path path, String value) {
        add("FieldValueNotFound", "Not found: " + quote(value), "", path);
    }

    void forbidden(Path path, String detail) {
        add("FieldValueForbidden", "Forbidden", detail, path);
    }

    void tooLong(Path path, int maxBytes) {
        add("FieldValueTooLong", "Too long", "may not be more than " + maxBytes + " bytes", path);
    }

    void tooMany(Path path, int actual, int most) {
        add("FieldValueTooMany", "Too many: " + actual, "must have at most " + most + " items", path);
    }

    /// Adds an error without the invalid value.
    void invalid(Path path, String detail) {
        add("FieldValueInvalid", "Invalid value", detail, path);
    }

    /// Removes the "not found" error at a path, for a caller who knows that the name exists elsewhere.
    void found(Path path) {
        found.removeIf(cause -> cause.reason().equals("FieldValueNotFound") && cause.field().equals(path.toString()));
    }

    void immutable(Path path, @Nullable JsonNode value) {
        invalid(path, value, "field is immutable");
    }

    private void add(String reason, String message, String detail, Path path) {
        found.add(new Cause(reason, detail.isEmpty() ? message : message + ": " + detail, path.toString()));
    }

    /// Quotes a value for a message. A missing value reads `"null"`, as a nil pointer does upstream. For a missing list or map the caller passes a null node,
    /// which reads `null`, as a nil map does upstream.
    private static String quote(@Nullable JsonNode value) {
        return value == null || value.isMissingNode() ? "\"null\"" : value.isTextual() ? quote(value.textValue()) : value.toString();
    }

    private static String quote(String value) {
        return TextNode.valueOf(value).toString();
    }
}
