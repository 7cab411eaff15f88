package io.moka.apiserver.core.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moka.apiserver.core.status.ApiException;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The parameters of a URL, decoded.
public record Query(Map<String, List<String>> parameters) {
    private static final Query NONE = new Query(Map.of());

    public static Query parse(@Nullable String raw) {
        if (raw == null || raw.isEmpty()) {
            return NONE;
        }
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : raw.split("&")) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            parameters.computeIfAbsent(name, ignored -> new ArrayList<>(1)).add(equals < 0 ? "" : decode(pair.substring(equals + 1)));
        }
        return new Query(parameters);
    }

    private static String decode(String raw) {
        try {
            return raw.indexOf('%') < 0 && raw.indexOf('+') < 0 ? raw : URLDecoder.decode(raw, UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw ApiException.badRequest("invalid URL escape in query: " + raw);
        }
    }

    /// Returns the first value of a parameter, empty if there is none.
    public String get(String name) {
        List<String> values = parameters.get(name);
        return values == null ? "" : values.getFirst();
    }

    public List<String> all(String name) {
        return parameters.getOrDefault(name, List.of());
    }

    public boolean has(String name) {
        return parameters.containsKey(name);
    }

    /// Whether a parameter is present with a value other than `false` or `0`, as Kubernetes reads flags.
    public boolean flag(String name) {
        return has(name) && !get(name).equalsIgnoreCase("false") && !get(name).equals("0");
    }

    /// Returns a number, or `absent` when the parameter is not present.
    public long number(String name, long absent) {
        String value = get(name);
        if (value.isEmpty()) {
            return absent;
        }
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException malformed) {
            throw ApiException.badRequest("strconv.ParseInt: parsing \"" + value + "\": invalid syntax");
        }
    }
}
