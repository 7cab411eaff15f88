package io.moka.apiserver.patch;

/// A patch that cannot be applied.
public final class PatchException extends RuntimeException {

    /// What the Status should say: [#MALFORMED] is 400 BadRequest, [#UNPROCESSABLE] 422 Invalid.
    public enum Kind { MALFORMED, UNPROCESSABLE }

    private final Kind kind;

    public PatchException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
