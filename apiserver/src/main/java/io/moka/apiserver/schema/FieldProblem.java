package io.moka.apiserver.schema;

/// A field that the schema does not know, found while pruning.
///
/// @param path such as `spec.containers[0].imagee`
public record FieldProblem(String path) {

    /// As upstream words it in a warning, and in the strict decoding error: `unknown field "spec.foo"`.
    public String message() {
        return "unknown field \"" + path + "\"";
    }

    /// The same for a field that an object names twice.
    public String duplicateMessage() {
        return "duplicate field \"" + path + "\"";
    }
}
