package io.moka.kubectl;

/// Ends the command with a status after it has said all that there is to say.
final class SilentExit extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;

    SilentExit(int status) {
        super("status " + status, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }
}
