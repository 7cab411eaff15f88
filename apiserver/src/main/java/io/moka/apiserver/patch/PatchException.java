package io.moka.apiserver.patch;

/// A patch that cannot be applied.
public final class PatchException extends RuntimeException {

    /// What the Status should say: [#MALFORMED] is 400 BadRequest, [#UNPROCESSABLE] 422.
    public enum Kind { MALFORMED, UNPROCESSABLE }

    private final Kind kind;

    private PatchException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    static PatchException malformed(String message) {
        return new PatchException(Kind.MALFORMED, message);
    }

    static PatchException unprocessable(String message) {
        return new PatchException(Kind.UNPROCESSABLE, message);
    }

    public Kind kind() {
        return kind;
    }
}
