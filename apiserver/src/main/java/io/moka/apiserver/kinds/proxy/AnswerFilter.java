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

    /// Returns how long a body may be to be read as a whole, for [#body]; a longer one is passed on as it is. 0 if it is not to be read at all.
    default int longestBody(HttpClientResponse answer) {
        return 0;
    }

    default Buffer body(HttpClientResponse answer, Buffer body) {
        return body;
    }
}
