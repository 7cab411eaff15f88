package io.moka.apiserver.proxy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;

/// What is changed of an answer on its way to the caller.
public interface AnswerFilter {
    AnswerFilter NONE = new AnswerFilter() {};

    /// A header's value as the caller shall see it.
    default String header(String name, String value) {
        return value;
    }

    /// Whether the body has to be read as a whole, for [#body].
    default boolean rewrites(HttpClientResponse answer) {
        return false;
    }

    default Buffer body(Buffer body) {
        return body;
    }
}
