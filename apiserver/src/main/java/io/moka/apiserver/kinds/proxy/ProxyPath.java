package io.moka.apiserver.kinds.proxy;

import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.request.RequestInfo;
import io.moka.apiserver.core.status.ApiException;
import io.vertx.core.http.HttpMethod;
import java.util.Arrays;

/// The path of a request to a `proxy` subresource, as it was sent.
///
/// @param prefix the path up to and including `/proxy`
/// @param rest   the path and query for the proxied server
public record ProxyPath(String prefix, String rest) {

    public static ProxyPath of(Exchange exchange) {
        String path = exchange.request().path();
        int at = endOfSubresource(path, exchange.info());
        String below = path.substring(at);
        return new ProxyPath(path.substring(0, at), (below.isEmpty() ? "/" : below) + query(exchange));
    }

    /// Returns the index at which the subresource ends. It is found by its place among the path's segments, since names and ports may contain its word.
    static int endOfSubresource(String path, RequestInfo info) {
        long segments = Arrays.stream(info.path().split("/")).filter(segment -> !segment.isEmpty()).count() - info.rest().size();
        int at = 0;
        for (long i = 0; i < segments; i++) {
            while (at < path.length() && path.charAt(at) == '/') {
                at++;
            }
            int next = path.indexOf('/', at);
            at = next < 0 ? path.length() : next;
        }
        if (!path.substring(path.lastIndexOf('/', at - 1) + 1, at).equals(info.subresource())) {
            throw ApiException.noSuchPath();
        }
        return at;
    }

    private static String query(Exchange exchange) {
        String query = exchange.request().query();
        return query == null ? "" : "?" + query;
    }

    /// Redirects a request for the site without a slash at the end of its path, which relative links in the site need. True when the exchange has
    /// been answered with the redirect.
    public boolean redirectsToFolder(Exchange exchange) {
        boolean reads = exchange.method().equals("GET") || exchange.method().equals("HEAD");
        if (!reads || !exchange.request().path().equals(prefix) || !exchange.header("Upgrade").isEmpty()) {
            return false;
        }
        exchange.response().setStatusCode(301).putHeader("Location", prefix + "/" + query(exchange)).end();
        return true;
    }

    /// Returns the method of the request to the proxied server. An upgrade always uses `GET` here, whatever the client has sent.
    public HttpMethod method(Exchange exchange) {
        return exchange.header("Upgrade").isEmpty() ? HttpMethod.valueOf(exchange.method()) : exchange.request().method();
    }
}
