package io.moka.apiserver.http;

import io.moka.apiserver.authn.Authentication;
import io.moka.apiserver.authn.Authenticator;
import io.moka.apiserver.authn.Credentials;
import io.moka.apiserver.authn.UserInfo;
import io.moka.apiserver.authz.Attributes;
import io.moka.apiserver.authz.Authorizer;
import io.moka.apiserver.authz.Decision;
import io.moka.apiserver.flowcontrol.InFlightLimiter;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.status.Status;
import io.moka.apiserver.storage.StoreUnavailableException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What happens to every request: who is it, may it come in, may it do that, do it, and turn whatever goes wrong into a Status.
public final class RequestPipeline implements RequestHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RequestPipeline.class);

    private static final int RETRY_SECONDS = 1;

    private final Authenticator authenticator;
    private final Authorizer authorizer;
    private final InFlightLimiter limiter;
    private final RequestHandler handler;
    private final RequestMetrics metrics;
    private final Impersonation impersonation;
    private final BooleanSupplier ready;

    public RequestPipeline(Authenticator authenticator, Authorizer authorizer, InFlightLimiter limiter, RequestMetrics metrics,
            BooleanSupplier ready, RequestHandler handler) {
        this.authenticator = authenticator;
        this.authorizer = authorizer;
        this.limiter = limiter;
        this.metrics = metrics;
        this.handler = handler;
        this.ready = ready;
        impersonation = new Impersonation(authorizer);
    }

    @Override
    public void handle(Exchange exchange) {
        long startNanos = System.nanoTime();
        metrics.started(exchange.info());
        try {
            admit(exchange);
        } catch (ApiException answer) {
            exchange.fail(answer);
        } catch (StoreUnavailableException unavailable) {
            LOG.warn("{} {}: {}", exchange.request().method(), exchange.info().path(), unavailable.getMessage());
            exchange.fail(storeFailure(unavailable));
        } catch (RuntimeException | StackOverflowError fault) {
            fault(exchange, ApiException.internal(String.valueOf(fault.getMessage())), fault);
        } finally {
            metrics.finished(exchange.info(), exchange.response().getStatusCode(), System.nanoTime() - startNanos);
        }
    }

    /// What etcd did not do in time, or could not do, may well work a moment later; what it refuses for its size never will.
    private static ApiException storeFailure(StoreUnavailableException failure) {
        String message = String.valueOf(failure.getMessage());
        if (message.contains("request is too large")) {
            return new ApiException(new Status(500, "InternalError", message, null));
        }
        return message.contains("timed out")
                ? new ApiException(new Status(504, "Timeout", "Timeout: request did not complete within the allotted timeout", Status.Details.retryAfter(RETRY_SECONDS)))
                : new ApiException(new Status(503, "ServiceUnavailable", message, Status.Details.retryAfter(RETRY_SECONDS)));
    }

    private static void fault(Exchange exchange, ApiException answer, Throwable fault) {
        if (exchange.response().closed()) {
            LOG.debug("{} {}: the client has gone", exchange.request().method(), exchange.info().path(), fault);
        } else {
            LOG.error("{} {} failed", exchange.request().method(), exchange.info().path(), fault);
            exchange.fail(answer);
        }
    }

    private void admit(Exchange exchange) {
        exchange.user(impersonation.effectiveUser(exchange, authenticate(exchange)));
        if (exchange.info().longRunning()) {
            authorizeAndHandle(exchange);
            return;
        }
        switch (limiter.enter(exchange.user(), exchange.info().readOnly())) {
            case InFlightLimiter.Admission.Refused() ->
                    throw ApiException.tooManyRequests("Too many requests, please try again later.", 1);
            case InFlightLimiter.Admission.Admitted(Runnable release) -> {
                try {
                    authorizeAndHandle(exchange);
                } finally {
                    release.run();
                }
            }
        }
    }

    private UserInfo authenticate(Exchange exchange) {
        return switch (authenticator.authenticate(new Credentials(exchange.certificates(), BearerToken.of(exchange)))) {
            case Authentication.Authenticated(UserInfo user) -> user;
            case Authentication.Absent() -> UserInfo.ANONYMOUS;
            case Authentication.Rejected(String reason) -> {
                LOG.info("Unable to authenticate {}: {}", exchange.request().remoteAddress(), reason);
                throw ApiException.unauthorized();
            }
        };
    }

    private void authorizeAndHandle(Exchange exchange) {
        RequestInfo info = exchange.info();
        if (info.resourceRequest() && !ready.getAsBoolean()) {
            throw ApiException.unavailable("the server is still starting: its caches are not filled yet");
        }
        switch (authorizer.authorize(attributes(exchange))) {
            case Decision.Allow() -> handler.handle(exchange);
            case Decision.Deny(String reason) -> throw forbidden(exchange, reason);
            case Decision.NoOpinion(String reason) -> throw forbidden(exchange, reason);
        }
    }

    private static Attributes attributes(Exchange exchange) {
        RequestInfo info = exchange.info();
        return new Attributes(exchange.user(), info.verb(), info.group(), info.version(), info.resource(), info.subresource(),
                info.namespace(), NameSelector.nameOf(info, exchange.query()), info.resourceRequest(), info.path());
    }

    private static ApiException forbidden(Exchange exchange, String reason) {
        return Forbidden.answer(attributes(exchange), reason);
    }
}
