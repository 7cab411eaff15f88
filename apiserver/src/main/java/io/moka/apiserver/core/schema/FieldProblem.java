package io.moka.apiserver.core.schema;

/// A field that the schema does not know, found while pruning.
///
/// @param path the field's path, such as `spec.containers[0].imagee`
public record FieldProblem(String path) {

    /// Returns the message of a warning and of the strict decoding error: `unknown field "spec.foo"`.
    public String message() {
        return "unknown field \"" + path + "\"";
    }

    /// Returns the message for a field that an object names twice.
    public String duplicateMessage() {
        return "duplicate field \"" + path + "\"";
    }
}
