package io.moka.apiserver.testing;

import java.util.List;
import java.util.Map;

/// A request that somebody might send.
///
/// @param headers several values of a name are sent as they are
public record FuzzCase(String method, String path, Map<String, List<String>> headers, byte[] body) {

    @Override
    public String toString() {
        String text = new String(body, java.nio.charset.StandardCharsets.UTF_8);
        return method + " " + path + " " + headers + " " + (text.length() > 400 ? text.substring(0, 400) + "..." : text);
    }
}
