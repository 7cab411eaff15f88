package io.moka.apiserver.http;

import io.moka.apiserver.admission.Remarks;
import io.moka.apiserver.audit.AuditTrail;
import io.moka.apiserver.audit.AuditedRequest;
import io.moka.apiserver.audit.Auditor;
import io.moka.apiserver.authn.Authentication;
import io.moka.apiserver.authn.Authenticator;
import io.moka.apiserver.authn.Credentials;
import io.moka.apiserver.authn.UserInfo;
import io.moka.apiserver.authz.Attributes;
import io.moka.apiserver.authz.Authorizer;
import io.moka.apiserver.authz.Decision;
import io.moka.apiserver.flowcontrol.FlowControl;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.status.Status;
import io.moka.apiserver.storage.StoreUnavailableException;
import io.moka.apiserver.storage.UnreadableObjectException;
import io.moka.apiserver.time.GoDuration;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What happens to every request: who is it, may it come in, may it do that, do it, and turn whatever goes wrong into a Status.
public final class RequestPipeline implements RequestHandler, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestPipeline.class);
    private static final byte[] NOTHING = {};

    private static final int RETRY_SECONDS = 1;

    private final Guards guards;
    private final RequestHandler handler;
    private final RequestMetrics metrics;
    private final Impersonation impersonation;
    private final BooleanSupplier ready;
    private final RequestDeadlines deadlines = new RequestDeadlines();

    /// Those who decide what becomes of a request before it is handled.
    ///
    /// @param anonymous whether callers who show nothing may go on as `system:anonymous`
    /// @param auditor   null when nothing is to be written
    /// @param timeout   of requests that are not long-running
    public record Guards(Authenticator authenticator, boolean anonymous, Authorizer authorizer, FlowControl flowControl, @Nullable Auditor auditor, Duration timeout) {}

    public RequestPipeline(Guards guards, RequestMetrics metrics, BooleanSupplier ready, RequestHandler handler) {
        this.guards = guards;
        this.metrics = metrics;
        this.handler = handler;
        this.ready = ready;
        impersonation = new Impersonation(guards.authorizer());
    }

    @Override
    public void handle(Exchange exchange) {
        long startNanos = System.nanoTime();
        metrics.started(exchange.info());
        exchange.response().putHeader("Audit-Id", exchange.auditId());
        RequestDeadlines.Deadline deadline = null;
        try {
            deadline = exchange.info().longRunning() ? null : deadlines.begin(allowed(exchange));
            admit(exchange, deadline == null ? startNanos + guards.timeout().toNanos() : deadline.atNanos);
        } catch (ApiException answer) {
            exchange.fail(deadline != null && deadline.passed() ? late() : answer);
        } catch (StoreUnavailableException unavailable) {
            LOG.warn("{} {}: {}", exchange.request().method(), exchange.info().path(), unavailable.getMessage());
            exchange.fail(deadline != null && deadline.passed() ? late() : storeFailure(unavailable));
        } catch (UnreadableObjectException unreadable) {
            exchange.fail(ApiException.internal(String.valueOf(unreadable.getMessage())));
        } catch (RuntimeException | StackOverflowError fault) {
            if (deadline != null && deadline.passed()) {
                exchange.fail(late());
            } else {
                fault(exchange, ApiException.internal(String.valueOf(fault.getMessage())), fault);
            }
        } finally {
            if (deadline != null) {
                deadlines.end(deadline);
            }
            int code = exchange.response().getStatusCode();
            metrics.finished(exchange.info(), code, System.nanoTime() - startNanos);
            AuditTrail trail = exchange.trail();
            if (trail != null) {
                trail.complete(code);
            }
        }
    }

    /// What the client asks for, but no more than there is.
    private Duration allowed(Exchange exchange) {
        String asked = exchange.query().get("timeout");
        if (asked.isEmpty()) {
            return guards.timeout();
        }
        Duration wanted = GoDuration.ofQuery(asked);
        return wanted.isPositive() && wanted.compareTo(guards.timeout()) < 0 ? wanted : guards.timeout();
    }

    private static Remarks remarks(Exchange exchange) {
        return new Remarks(exchange::warn, (key, value) -> {
            AuditTrail trail = exchange.trail();
            if (trail != null) {
                trail.annotate(key, value);
            }
        });
    }

    private static ApiException late() {
        return new ApiException(new Status(504, "Timeout", "Timeout: request did not complete within the allotted timeout", Status.Details.retryAfter(RETRY_SECONDS)));
    }

    /// What etcd did not do in time, or could not do, may well work a moment later; what it refuses for its size never will.
    private static ApiException storeFailure(StoreUnavailableException failure) {
        String message = String.valueOf(failure.getMessage());
        if (message.contains("request is too large")) {
            return new ApiException(new Status(500, "InternalError", message, null));
        }
        return message.contains("timed out")
                ? late()
                : new ApiException(new Status(503, "ServiceUnavailable", message, Status.Details.retryAfter(RETRY_SECONDS)));
    }

    private static void fault(Exchange exchange, ApiException answer, Throwable fault) {
        if (exchange.response().closed()) {
            LOG.debug("{} {}: the client has gone", exchange.request().method(), exchange.info().path(), fault);
            return;
        }
        LOG.error("{} {} failed", exchange.request().method(), exchange.info().path(), fault);
        AuditTrail trail = exchange.trail();
        if (trail != null) {
            trail.panicked(String.valueOf(fault.getMessage()));
        }
        exchange.fail(answer);
    }

    private void admit(Exchange exchange, long deadlineNanos) {
        UserInfo caller = authenticate(exchange);
        exchange.user(caller);
        beginTrail(exchange);
        UserInfo effective = impersonation.effectiveUser(exchange, caller);
        exchange.user(effective);
        AuditTrail trail = exchange.trail();
        if (trail != null && effective != caller) {
            trail.impersonated(effective);
        }
        RequestInfo info = exchange.info();
        Attributes attributes = attributes(exchange);
        if (info.longRunning() && !info.verb().equals("watch")) {
            authorizeAndHandle(exchange, attributes);
            return;
        }
        long now = System.nanoTime();
        long limit = info.verb().equals("list") ? exchange.query().number("limit", 0) : 0;
        switch (guards.flowControl().enter(attributes, limit, now + (deadlineNanos - now) / 4)) {
            case FlowControl.Admission.Refused(String reason, String schema, String level) -> {
                name(exchange, schema, level);
                throw ApiException.tooManyRequests("Too many requests, please try again later.", 1);
            }
            case FlowControl.Admission.Admitted(Runnable release, String schema, String level) -> {
                name(exchange, schema, level);
                handleSeated(exchange, attributes, release);
            }
        }
    }

    /// A watch gives its seat back as soon as it has begun.
    private void handleSeated(Exchange exchange, Attributes attributes, Runnable release) {
        if (!exchange.info().verb().equals("watch")) {
            try {
                authorizeAndHandle(exchange, attributes);
            } finally {
                release.run();
            }
            return;
        }
        AtomicBoolean seated = new AtomicBoolean(true);
        Runnable once = () -> {
            if (seated.getAndSet(false)) {
                release.run();
            }
        };
        exchange.onBegun(once);
        try {
            authorizeAndHandle(exchange, attributes);
        } finally {
            once.run();
        }
    }

    private static void name(Exchange exchange, String schema, String level) {
        if (!schema.isEmpty()) {
            exchange.response().putHeader("X-Kubernetes-Pf-Flowschema-Uid", schema).putHeader("X-Kubernetes-Pf-Prioritylevel-Uid", level);
        }
    }

    private void beginTrail(Exchange exchange) {
        Auditor auditor = guards.auditor();
        if (auditor != null) {
            AuditTrail trail = auditor.begin(audited(exchange));
            exchange.trail(trail);
            if (trail != null && !trail.received()) {
                throw ApiException.internal("failed to store audit event");
            }
        }
    }

    private static AuditedRequest audited(Exchange exchange) {
        boolean json = exchange.header("Content-Type").contains("json") || exchange.header("Content-Type").isEmpty();
        return new AuditedRequest(exchange.auditId(), exchange.request().uri(), attributes(exchange), RequestHeaders.sourceIps(exchange.request()),
                exchange.header("User-Agent"), json ? exchange.body() : NOTHING, Instant.now(), exchange.info().longRunning());
    }

    private UserInfo authenticate(Exchange exchange) {
        var credentials = new Credentials(exchange.certificates(), BearerToken.take(exchange), new RequestHeaders(exchange.request().headers()));
        return switch (guards.authenticator().authenticate(credentials)) {
            case Authentication.Authenticated(UserInfo user) -> user;
            case Authentication.Absent() when guards.anonymous() && credentials.bearerToken().isEmpty() -> UserInfo.ANONYMOUS;
            case Authentication.Absent() -> throw unauthorized(exchange, "nothing shown is known");
            case Authentication.Rejected(String reason) -> throw unauthorized(exchange, reason);
        };
    }

    private ApiException unauthorized(Exchange exchange, String reason) {
        LOG.info("Unable to authenticate {}: {}", exchange.request().remoteAddress(), reason);
        Auditor auditor = guards.auditor();
        if (auditor != null) {
            exchange.user(NOBODY);
            AuditTrail trail = auditor.begin(audited(exchange));
            if (trail != null) {
                trail.answered(io.moka.apiserver.json.Json.write(ApiException.unauthorized().status().toJson()));
                trail.annotate("authentication.k8s.io/reason", reason);
                trail.refused(401);
            }
        }
        return ApiException.unauthorized();
    }

    private static final UserInfo NOBODY = new UserInfo("", java.util.List.of());

    private void authorizeAndHandle(Exchange exchange, Attributes attributes) {
        if (attributes.resourceRequest() && !ready.getAsBoolean()) {
            throw ApiException.unavailable("the server is still starting: its caches are not filled yet");
        }
        switch (guards.authorizer().authorize(attributes)) {
            case Decision.Allow(String reason) -> {
                note(exchange, "allow", reason);
                remarks(exchange).during(() -> handler.handle(exchange));
            }
            case Decision.Deny(String reason) -> {
                note(exchange, "forbid", reason);
                throw Forbidden.answer(attributes, reason);
            }
            case Decision.NoOpinion(String reason) -> {
                note(exchange, "forbid", reason);
                throw Forbidden.answer(attributes, reason);
            }
        }
    }

    private static void note(Exchange exchange, String decision, String reason) {
        AuditTrail trail = exchange.trail();
        if (trail != null) {
            trail.annotate("authorization.k8s.io/decision", decision);
            trail.annotate("authorization.k8s.io/reason", reason);
        }
    }

    private static Attributes attributes(Exchange exchange) {
        RequestInfo info = exchange.info();
        return new Attributes(exchange.user(), info.verb(), info.group(), info.version(), info.resource(), info.subresource(),
                info.namespace(), NameSelector.nameOf(info, exchange.query()), info.resourceRequest(), info.path());
    }

    /// Whether nothing is being worked on but what is meant to go on for long.
    public boolean idle() {
        return deadlines.none();
    }

    @Override
    public void close() {
        deadlines.close();
    }
}
