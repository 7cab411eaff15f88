package io.moka.apiserver.front.http;

import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.access.Authorizer;
import io.moka.apiserver.core.access.Decision;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.admission.Remarks;
import io.moka.apiserver.core.request.AuditTrail;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.request.Forbidden;
import io.moka.apiserver.core.request.NameSelector;
import io.moka.apiserver.core.request.RequestHandler;
import io.moka.apiserver.core.request.RequestInfo;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.Status;
import io.moka.apiserver.core.storage.StoreUnavailableException;
import io.moka.apiserver.core.storage.UncachedTypeException;
import io.moka.apiserver.core.storage.UnreadableObjectException;
import io.moka.apiserver.front.audit.AuditedRequest;
import io.moka.apiserver.front.audit.Auditor;
import io.moka.apiserver.front.authn.Authentication;
import io.moka.apiserver.front.authn.Authenticator;
import io.moka.apiserver.front.authn.Credentials;
import io.moka.apiserver.front.flowcontrol.FlowControl;
import io.moka.machinery.time.GoDuration;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The steps of every request: authentication, audit, authorisation by its head alone, flow control and handling; any failure is answered with a Status.
/// The request's body is not read before it has a seat: the handler's first [Exchange#body()] reads it.
public final class RequestPipeline implements RequestHandler, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestPipeline.class);

    private static final int RETRY_SECONDS = 1;

    private final Guards guards;
    private final RequestHandler handler;
    private final RequestMetrics metrics;
    private final Impersonation impersonation;
    private final BooleanSupplier ready;
    private final RequestDeadlines deadlines = new RequestDeadlines();

    /// The checks that run before a request is handled: authentication, audit, flow control, authorisation.
    ///
    /// @param anonymous whether a caller without credentials is `system:anonymous`; otherwise it is rejected
    /// @param auditor   null when there is no audit log
    /// @param timeout   the time-out of requests that are not long-running
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
            try {
                admit(exchange, deadline == null ? startNanos + guards.timeout().toNanos() : deadline.atNanos);
            } finally {
                if (deadline != null) {
                    // from here on the deadline interrupts neither the answer nor the audit
                    deadlines.end(deadline);
                }
            }
        } catch (ApiException answer) {
            exchange.fail(deadline != null && deadline.passed() ? late() : answer);
        } catch (StoreUnavailableException unavailable) {
            LOG.warn("{} {}: {}", exchange.request().method(), exchange.info().path(), unavailable.getMessage());
            exchange.fail(deadline != null && deadline.passed() ? late() : storeFailure(unavailable));
        } catch (UncachedTypeException deletedMeanwhile) {
            exchange.fail(ApiException.noSuchPath());
        } catch (UnreadableObjectException unreadable) {
            exchange.fail(ApiException.internal(String.valueOf(unreadable.getMessage())));
        } catch (RuntimeException | StackOverflowError fault) {
            if (deadline != null && deadline.passed()) {
                exchange.fail(late());
            } else {
                fault(exchange, ApiException.internal(String.valueOf(fault.getMessage())), fault);
            }
        } finally {
            int code = exchange.response().getStatusCode();
            metrics.finished(exchange.info(), code, System.nanoTime() - startNanos);
            AuditTrail trail = exchange.trail();
            if (trail != null) {
                trail.complete(code);
            }
        }
    }

    /// Returns the time-out from the query, capped at the server's own.
    private Duration allowed(Exchange exchange) {
        String asked = exchange.query().get("timeout");
        if (asked.isEmpty()) {
            return guards.timeout();
        }
        Duration wanted = timeout(asked);
        return wanted.isPositive() && wanted.compareTo(guards.timeout()) < 0 ? wanted : guards.timeout();
    }

    private static Duration timeout(String asked) {
        try {
            return GoDuration.parse(asked);
        } catch (IllegalArgumentException malformed) {
            throw ApiException.badRequest("invalid timeout specified in the request URL - time: invalid duration \"" + asked + "\"");
        }
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

    /// Returns the error for a failure of etcd. After a time-out or an outage the client may retry; a value that is too large for etcd is a permanent error.
    private static ApiException storeFailure(StoreUnavailableException failure) {
        String message = String.valueOf(failure.getMessage());
        return switch (failure.reason()) {
            case TOO_LARGE -> new ApiException(new Status(500, "InternalError", message, null));
            case TIMED_OUT -> late();
            case UNAVAILABLE, LEASE_GONE -> new ApiException(new Status(503, "ServiceUnavailable", message, Status.Details.retryAfter(RETRY_SECONDS)));
        };
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
        authorize(exchange, attributes);
        if (info.longRunning() && !info.verb().equals("watch")) {
            handleAllowed(exchange);
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
                handleSeated(exchange, release);
            }
        }
    }

    /// Handles a request that has a seat. A watch releases its seat as soon as it has begun.
    private void handleSeated(Exchange exchange, Runnable release) {
        if (!exchange.info().verb().equals("watch")) {
            try {
                handleAllowed(exchange);
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
            handleAllowed(exchange);
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
            AuditTrail trail = auditor.begin(audited(exchange, auditor.now()));
            exchange.trail(trail);
            if (trail != null && !trail.received()) {
                throw ApiException.internal("failed to store audit event");
            }
        }
    }

    private static AuditedRequest audited(Exchange exchange, Instant receivedAt) {
        return new AuditedRequest(exchange.auditId(), exchange.request().uri(), attributes(exchange), RequestHeaders.sourceIps(exchange.request()),
                exchange.header("User-Agent"), receivedAt, exchange.info().longRunning());
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
            AuditTrail trail = auditor.begin(audited(exchange, auditor.now()));
            if (trail != null) {
                trail.answered(io.moka.apiserver.core.json.Json.write(ApiException.unauthorized().status().toJson()));
                trail.annotate("authentication.k8s.io/reason", reason);
                trail.refused(401);
            }
        }
        return ApiException.unauthorized();
    }

    private static final UserInfo NOBODY = new UserInfo("", java.util.List.of());

    private void authorize(Exchange exchange, Attributes attributes) {
        if (attributes.resourceRequest() && !ready.getAsBoolean()) {
            throw ApiException.unavailable("the server is still starting: its caches are not filled yet");
        }
        note(exchange, "allow", authorize(attributes, exchange));
        if (opensProcess(exchange)) {
            authorize(attributes.by("create"), exchange);
        }
        exchange.info().requireServed(exchange.method());
    }

    private void handleAllowed(Exchange exchange) {
        remarks(exchange).during(() -> handler.handle(exchange));
    }

    /// Returns the reason why access is allowed.
    private String authorize(Attributes attributes, Exchange exchange) {
        return switch (guards.authorizer().authorize(attributes)) {
            case Decision.Allow(String reason) -> reason;
            case Decision.Deny(String reason) -> throw refused(exchange, attributes, reason);
            case Decision.NoOpinion(String reason) -> throw refused(exchange, attributes, reason);
        };
    }

    private static ApiException refused(Exchange exchange, Attributes attributes, String reason) {
        note(exchange, "forbid", reason);
        return Forbidden.answer(attributes, reason);
    }

    /// Whether a GET opens a process in a pod or on a node. A WebSocket can be opened by GET alone, and yet runs commands, so the caller also needs the
    /// `create` verb. For pods as upstream; an upgrade through `nodes/proxy` is the kubelet's own exec.
    private static boolean opensProcess(Exchange exchange) {
        RequestInfo info = exchange.info();
        if (!info.verb().equals("get") || !info.group().isEmpty()) {
            return false;
        }
        return switch (info.resource() + "/" + info.subresource()) {
            case "pods/exec", "pods/attach", "pods/portforward" -> true;
            case "nodes/proxy" -> !exchange.header("Upgrade").isEmpty();
            default -> false;
        };
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
        Map<String, String> fields = NameSelector.fieldsOf(info, exchange.query());
        return new Attributes(exchange.user(), info.verb(), info.group(), info.version(), info.resource(), info.subresource(),
                info.namespace(), NameSelector.nameOf(info, fields), info.resourceRequest(), info.path(), fields,
                NameSelector.labelsOf(info, exchange.query()));
    }

    /// Whether no request is in progress, apart from long-running ones.
    public boolean idle() {
        return deadlines.none();
    }

    @Override
    public void close() {
        deadlines.close();
    }
}
