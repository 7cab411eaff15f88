package io.moka.kubelet.server;

/// Thrown by a handler to answer a request with an HTTP error.
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
