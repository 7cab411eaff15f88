package io.moka.apiserver.front.authn;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Reads headers such as `X-Remote-Extra-Scopes`: the part after the prefix is a key of the user's extra facts, in lower case and with `%2f` for a slash.
public final class ExtraHeaders {
    private ExtraHeaders() {}

    public static Map<String, List<String>> read(Credentials.Headers headers, String prefix) {
        Map<String, List<String>> extra = new LinkedHashMap<>();
        for (String name : headers.names()) {
            if (name.length() > prefix.length() && name.regionMatches(true, 0, prefix, 0, prefix.length())) {
                extra.putIfAbsent(key(name.substring(prefix.length()).toLowerCase(Locale.ROOT)), List.copyOf(headers.all(name)));
            }
        }
        return extra;
    }

    private static String key(String encoded) {
        try {
            return encoded.indexOf('%') < 0 ? encoded : URLDecoder.decode(encoded.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return encoded;
        }
    }
}
