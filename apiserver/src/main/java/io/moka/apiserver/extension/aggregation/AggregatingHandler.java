package io.moka.apiserver.extension.aggregation;

import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.request.RequestHandler;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.extension.webhook.UnreachableException;
import io.moka.apiserver.kinds.proxy.AnswerFilter;
import io.moka.apiserver.kinds.proxy.Forwarder;
import io.vertx.core.http.RequestOptions;
import java.util.Objects;

/// Passes requests for group versions of remote servers on to them, and all others to this server's
/// own handler. The caller is already authenticated and authorised.
public final class AggregatingHandler implements RequestHandler {
    private static final String ROOT = "/apis/";

    private final RemoteServices services;
    private final RequestHandler here;

    public AggregatingHandler(RemoteServices services, RequestHandler here) {
        this.services = services;
        this.here = here;
    }

    @Override
    public void handle(Exchange exchange) {
        RemoteServices.Remote remote = find(exchange.info().path());
        if (remote == null) {
            here.handle(exchange);
        } else if (!remote.availability().available()) {
            throw unavailable();
        } else {
            pass(exchange, remote);
        }
    }

    private RemoteServices.@org.jspecify.annotations.Nullable Remote find(String path) {
        if (!path.startsWith(ROOT)) {
            return null;
        }
        int group = path.indexOf('/', ROOT.length());
        int version = group < 0 ? -1 : path.indexOf('/', group + 1);
        return group < 0 ? null : services.find(path.substring(ROOT.length(), version < 0 ? path.length() : version));
    }

    private void pass(Exchange exchange, RemoteServices.Remote remote) {
        RequestOptions target;
        try {
            target = services.target(remote.service());
        } catch (UnreachableException gone) {
            throw unavailable();
        }
        target.setMethod(exchange.request().method()).setURI(Objects.requireNonNull(exchange.request().uri()));
        new Forwarder(remote.client(), failed -> ApiException.unavailable("error trying to reach service: " + failed.getMessage()))
                .forward(exchange, target, RemoteIdentity.headers(exchange.user()), AnswerFilter.NONE);
    }

    private static ApiException unavailable() {
        return ApiException.unavailable("service unavailable");
    }
}
