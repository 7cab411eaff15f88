package io.moka.kubelet.server;

/// An answer that is an error.
final class HttpProblem extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;

    HttpProblem(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
