package io.moka.apiserver.core.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moka.apiserver.core.status.ApiException;
import java.net.URLDecoder;
import org.jspecify.annotations.Nullable;

/// Decodes the paths of requests.
public final class RequestPath {
    private RequestPath() {}

    public static String decode(@Nullable String raw) {
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
