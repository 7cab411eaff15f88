package io.moka.apiserver.http;

/// Answers a request, on a virtual thread, blocking as it needs to. What it throws becomes the answer.
@FunctionalInterface
public interface RequestHandler {

    void handle(Exchange exchange);
}
