package io.moka.apiserver.front.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.request.WebSocketUpgrade;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.List;

/// Finds the bearer token of a request: in its Authorization header or, as a script in a browser can set none for a WebSocket, among the
/// subprotocols that it offers.
final class BearerToken {
    private static final String SCHEME = "Bearer ";
    private static final String PROTOCOL_PREFIX = "base64url.bearer.authorization.k8s.io.";

    private BearerToken() {}

    /// Returns the token and removes it from the subprotocols, so that no handler or log sees it.
    static String take(Exchange exchange) {
        String offered = WebSocketUpgrade.isWanted(exchange) ? takeOffered(exchange) : "";
        String header = exchange.header("Authorization");
        return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()) ? header.substring(SCHEME.length()).trim() : offered;
    }

    private static String takeOffered(Exchange exchange) {
        var headers = exchange.request().headers();
        List<String> protocols = WebSocketUpgrade.list(headers.getAll(WebSocketUpgrade.PROTOCOLS)).toList();
        List<String> tokens = protocols.stream().filter(protocol -> protocol.startsWith(PROTOCOL_PREFIX)).toList();
        if (tokens.isEmpty()) {
            return "";
        }
        List<String> others = protocols.stream().filter(protocol -> !protocol.startsWith(PROTOCOL_PREFIX)).toList();
        headers.remove(WebSocketUpgrade.PROTOCOLS);
        if (!others.isEmpty()) {
            headers.set(WebSocketUpgrade.PROTOCOLS, String.join(",", others));
        }
        // a malformed offer is returned unchanged: as a token that nobody has issued
        return tokens.size() > 1 || others.isEmpty() ? tokens.getFirst() : decode(tokens.getFirst());
    }

    private static String decode(String protocol) {
        String encoded = protocol.substring(PROTOCOL_PREFIX.length());
        try {
            return encoded.endsWith("=") ? protocol : UTF_8.newDecoder().decode(ByteBuffer.wrap(Base64.getUrlDecoder().decode(encoded))).toString();
        } catch (IllegalArgumentException | CharacterCodingException malformed) {
            return protocol;
        }
    }
}
