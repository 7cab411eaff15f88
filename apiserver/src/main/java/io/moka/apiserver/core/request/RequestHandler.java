package io.moka.apiserver.core.request;

/// Answers a request, on a virtual thread that may block. An exception is turned into the answer.
@FunctionalInterface
public interface RequestHandler {

    void handle(Exchange exchange);
}
