package io.moka.apiserver.kinds.proxy;

import io.moka.apiserver.core.status.ApiException;
import java.util.Set;

/// The target in a proxy's path: `name`, `name:port`, `scheme:name:port` (where the port may be empty).
record ProxyTarget(String scheme, String name, String port) {
    private static final Set<String> SCHEMES = Set.of("", "http", "https");

    static ProxyTarget parse(String text, String kind) {
        String[] parts = text.split(":", -1);
        ProxyTarget target = switch (parts.length) {
            case 1 -> new ProxyTarget("", parts[0], "");
            case 2 -> new ProxyTarget("", parts[0], parts[1]);
            case 3 -> new ProxyTarget(parts[0], parts[1], parts[2]);
            default -> throw invalid(text, kind);
        };
        if (target.name.isEmpty() || !SCHEMES.contains(target.scheme)) {
            throw invalid(text, kind);
        }
        return target;
    }

    private static ApiException invalid(String text, String kind) {
        return ApiException.badRequest("invalid " + kind + " request \"" + text + "\"");
    }

    boolean tls() {
        return scheme.equals("https");
    }

    /// Returns the port as a number; 0 when it is a name or empty.
    int portNumber() {
        try {
            int number = Integer.parseInt(port);
            return number > 0 && number <= 65535 ? number : 0;
        } catch (NumberFormatException named) {
            return 0;
        }
    }
}
