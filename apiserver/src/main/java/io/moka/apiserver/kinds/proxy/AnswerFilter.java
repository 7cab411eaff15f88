package io.moka.apiserver.kinds.proxy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;

/// Changes an answer on its way to the caller; the default methods leave it as it is.
public interface AnswerFilter {
    AnswerFilter NONE = new AnswerFilter() {};

    /// Returns the value of a header for the caller.
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
