package io.moka.apiserver.proxy;

import io.moka.apiserver.http.Exchange;
import io.vertx.core.http.HttpMethod;

/// The path of a request to a `proxy` subresource, as it was sent.
///
/// @param prefix up to and with `/proxy`
/// @param rest   what is asked of the server behind it, with the query
public record ProxyPath(String prefix, String rest) {

    public static ProxyPath of(Exchange exchange) {
        String path = exchange.request().path();
        int at = path.indexOf("/proxy", path.indexOf("/" + exchange.info().resource() + "/")) + "/proxy".length();
        String below = path.substring(at);
        return new ProxyPath(path.substring(0, at), (below.isEmpty() ? "/" : below) + query(exchange));
    }

    private static String query(Exchange exchange) {
        String query = exchange.request().query();
        return query == null ? "" : "?" + query;
    }

    /// A site is a folder: relative links in it need the slash at the end of its path. True when the exchange has been answered with that.
    public boolean redirectsToFolder(Exchange exchange) {
        boolean reads = exchange.method().equals("GET") || exchange.method().equals("HEAD");
        if (!reads || !exchange.request().path().equals(prefix) || !exchange.header("Upgrade").isEmpty()) {
            return false;
        }
        exchange.response().setStatusCode(301).putHeader("Location", prefix + "/" + query(exchange)).end();
        return true;
    }

    /// What to ask with. An upgrade always goes by `GET` here, whatever the client has sent.
    public HttpMethod method(Exchange exchange) {
        return exchange.header("Upgrade").isEmpty() ? HttpMethod.valueOf(exchange.method()) : exchange.request().method();
    }
}
