package io.moka.apiserver.core.patch;

/// Thrown when a patch cannot be applied.
public final class PatchException extends RuntimeException {

    /// The kind of error, which determines the Status: [#MALFORMED] is 400 BadRequest, [#UNPROCESSABLE] and [#TEST_FAILED]
    /// (a failed `test` operation) are 422; [#TOO_LARGE] is 413.
    public enum Kind { MALFORMED, UNPROCESSABLE, TEST_FAILED, TOO_LARGE }

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

    static PatchException testFailed(String message) {
        return new PatchException(Kind.TEST_FAILED, message);
    }

    static PatchException tooLarge(String message) {
        return new PatchException(Kind.TOO_LARGE, message);
    }

    public Kind kind() {
        return kind;
    }
}
