package io.moka.apiserver.core.rest;

/// Thrown for a well-formed body that is not an object of the expected kind. The resulting error depends on whether
/// the object was sent as it is or resulted from a patch.
final class UndecodableException extends RuntimeException {

    /// @param detail the problem, in the words of upstream's decoder
    UndecodableException(String detail) {
        super(detail);
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
