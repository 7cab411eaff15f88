package io.moka.apiserver.aggregation;

import io.moka.apiserver.authn.UserInfo;
import io.vertx.core.MultiMap;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// Who calls, as headers that a server behind this one believes us.
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

    /// A key of the extra facts may have characters that a header's name may not.
    private static String headerName(String key) {
        return "X-Remote-Extra-" + URLEncoder.encode(key, StandardCharsets.UTF_8);
    }
}
