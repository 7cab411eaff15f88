package io.moka.apiserver.http;

/// Finds the bearer token of a request, in its Authorization header.
final class BearerToken {
    private static final String SCHEME = "Bearer ";

    private BearerToken() {}

    static String of(Exchange exchange) {
        String header = exchange.header("Authorization");
        return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()) ? header.substring(SCHEME.length()).trim() : "";
    }
}
