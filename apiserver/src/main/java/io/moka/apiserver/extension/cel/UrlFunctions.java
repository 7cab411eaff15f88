package io.moka.apiserver.extension.cel;

import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/// The functions `url` and `isURL`, and those of a URL.
final class UrlFunctions {
    private static final OpaqueType URL = OpaqueType.create("kubernetes.URL");

    private UrlFunctions() {}

    static void add(FunctionSet functions) {
        functions.global("url", "string_to_url", URL, List.of(SimpleType.STRING), List.of(String.class), arguments -> parse((String) arguments[0]));
        functions.global("isURL", "is_url_string", SimpleType.BOOL, List.of(SimpleType.STRING), List.of(String.class), arguments -> isUrl((String) arguments[0]));
        part(functions, "getScheme", url -> url.getScheme());
        part(functions, "getHost", url -> url.getRawAuthority() == null ? null : url.getRawAuthority().substring(url.getRawAuthority().indexOf('@') + 1));
        part(functions, "getHostname", url -> url.getHost() == null ? null : url.getHost().replaceAll("^\\[|]$", ""));
        part(functions, "getPort", url -> url.getPort() < 0 ? "" : Integer.toString(url.getPort()));
        part(functions, "getEscapedPath", URI::getRawPath);
        functions.member("getQuery", "url_get_query", MapType.create(SimpleType.STRING, ListType.create(SimpleType.STRING)), List.of(URL), List.of(URI.class),
                arguments -> query((URI) arguments[0]));
    }

    private static void part(FunctionSet functions, String name, Function<URI, String> part) {
        functions.member(name, "url_" + name, SimpleType.STRING, List.of(URL), List.of(URI.class), arguments -> Objects.requireNonNullElse(part.apply((URI) arguments[0]), ""));
    }

    private static URI parse(String text) {
        try {
            URI url = new URI(text);
            if (url.isAbsolute() || text.startsWith("/")) {
                return url;
            }
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException("URL parse error during conversion from string: parse \"" + text + "\": " + malformed.getReason(), malformed);
        }
        throw new IllegalArgumentException("URL parse error during conversion from string: parse \"" + text + "\": invalid URI for request");
    }

    private static boolean isUrl(String text) {
        try {
            return parse(text) != null;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static Map<String, List<String>> query(URI url) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        if (url.getRawQuery() != null) {
            for (String pair : url.getRawQuery().split("&")) {
                String[] sides = pair.split("=", 2);
                query.computeIfAbsent(decode(sides[0]), ignored -> new ArrayList<>()).add(sides.length == 1 ? "" : decode(sides[1]));
            }
        }
        return query;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
