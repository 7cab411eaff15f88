package io.moka.apiserver.rest;

/// A body that is well-formed, but is not an object of the kind that it should be. What the answer is depends on whether
/// the object was sent or came out of a patch.
final class UndecodableException extends RuntimeException {

    /// @param detail what is wrong, in the words of upstream's decoder
    UndecodableException(String detail) {
        super(detail);
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
