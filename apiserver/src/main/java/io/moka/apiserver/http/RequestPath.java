package io.moka.apiserver.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moka.apiserver.status.ApiException;
import java.net.URLDecoder;
import org.jspecify.annotations.Nullable;

/// Decodes paths.
final class RequestPath {
    private RequestPath() {}

    static String decode(@Nullable String raw) {
        if (raw == null || raw.isEmpty()) {
            return "/";
        }
        if (raw.indexOf('%') < 0) {
            return raw;
        }
        try {
            return URLDecoder.decode(raw.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw ApiException.badRequest("invalid URL escape in path");
        }
    }
}
