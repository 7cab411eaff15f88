package io.moka.apiserver.extension.aggregation;

import io.moka.apiserver.core.access.UserInfo;
import io.vertx.core.MultiMap;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// Writes the caller's identity as the headers that an aggregated API server trusts when they come from this server.
final class RemoteIdentity {
    private RemoteIdentity() {}

    static MultiMap headers(UserInfo user) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("X-Remote-User", user.name());
        if (!user.uid().isEmpty()) {
            headers.add("X-Remote-Uid", user.uid());
        }
        user.groups().forEach(group -> headers.add("X-Remote-Group", group));
        user.extra().forEach((key, values) -> headers.add(headerName(key), values));
        return headers;
    }

    /// Returns the header name for a key of the extra facts, URL-encoded, since a key may have characters that a header name may not.
    private static String headerName(String key) {
        return "X-Remote-Extra-" + URLEncoder.encode(key, StandardCharsets.UTF_8);
    }
}
