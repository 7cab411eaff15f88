package io.moka.apiserver.front.discovery;

import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.request.RequestHandler;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.front.openapi.OpenApi;
import java.util.function.Supplier;

/// Serves `/openapi/v2` and `/openapi/v3`. A document is built when it is first requested; a client that already has it gets a 304.
public final class OpenApiHandler implements RequestHandler {
    private static final String JSON = "application/json";
    private static final String V3 = "/openapi/v3";

    private final OpenApi documents;

    public OpenApiHandler(OpenApi documents) {
        this.documents = documents;
    }

    @Override
    public void handle(Exchange exchange) {
        String path = exchange.info().path();
        if (path.equals("/openapi/v2")) {
            v2(exchange);
        } else if (path.equals(V3) || path.equals(V3 + "/")) {
            exchange.answerJson(200, documents.v3Index());
        } else if (path.startsWith(V3 + "/")) {
            groupVersion(exchange, path.substring(V3.length() + 1));
        } else {
            throw ApiException.noSuchPath();
        }
    }

    /// Serves version 2, also in its binary form, since old clients read no other.
    private void v2(Exchange exchange) {
        if (exchange.accept().startsWith(OpenApi.V2_BINARY_ACCEPT)) {
            exchange.answer(200, OpenApi.V2_BINARY_TYPE, documents.v2Binary());
        } else {
            requireJson(exchange);
            answer(exchange, "v2", documents::v2);
        }
    }

    /// Requires that the client accepts JSON; version 3 has no binary form here.
    private static void requireJson(Exchange exchange) {
        String accept = exchange.accept();
        if (!accept.isEmpty() && !accept.contains(JSON) && !accept.contains("*/*")) {
            throw ApiException.notAcceptable(JSON);
        }
    }

    private void groupVersion(Exchange exchange, String groupVersion) {
        requireJson(exchange);
        byte[] document = documents.v3(groupVersion);
        if (document == null) {
            throw ApiException.noSuchPath();
        }
        answer(exchange, groupVersion, () -> document);
    }

    private void answer(Exchange exchange, String name, Supplier<byte[]> document) {
        String tag = "\"" + documents.hash(name) + "\"";
        exchange.response().putHeader("ETag", tag);
        if (exchange.header("If-None-Match").equals(tag)) {
            exchange.head(304, JSON).end();
        } else {
            exchange.answerJson(200, document.get());
        }
    }
}
