package io.moka.apiserver.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.Status;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One request and its response, handled by a virtual thread.
public final class Exchange {
    private static final String JSON = "application/json";
    private static final int MAX_WARNING_CHARS = 4096;
    /// Characters that must not occur in a header.
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final HttpServerRequest request;
    private final RequestInfo info;
    private final Query query;
    private final RequestBody body;
    private final Executor eventLoop;
    private UserInfo user = UserInfo.ANONYMOUS;
    private @Nullable String auditId;
    private @Nullable AuditTrail trail;
    private Runnable onBegun = () -> { };
    private final List<String> warnings = new ArrayList<>(0);
    private int warningChars;

    public Exchange(HttpServerRequest request, RequestInfo info, Query query, RequestBody body, Executor eventLoop) {
        this.request = request;
        this.info = info;
        this.query = query;
        this.body = body;
        this.eventLoop = eventLoop;
    }

    public RequestInfo info() {
        return info;
    }

    public Query query() {
        return query;
    }

    /// Returns the request's body, empty if there is none. The first call starts to read it and waits until it is complete.
    ///
    /// @throws ApiException when the body is too large, does not arrive in time, or exceeds the budget
    public byte[] body() {
        byte[] bytes = body.read(user.name());
        if (trail != null && isJson()) {
            trail.requested(bytes);
        }
        return bytes;
    }

    private boolean isJson() {
        String type = header("Content-Type");
        return type.contains("json") || type.isEmpty();
    }

    /// Releases the body's memory and discards what the client still sends. To be called when the response has been written.
    public void finish() {
        body.finish();
    }

    public UserInfo user() {
        return user;
    }

    /// Sets the authenticated user, or the one that it impersonates.
    public void user(UserInfo established) {
        user = established;
    }

    /// Returns the id of this request in the logs of server and client.
    public String auditId() {
        String known = auditId;
        if (known == null) {
            known = AuditId.of(header("Audit-Id"));
            auditId = known;
        }
        return known;
    }

    /// Returns the audit trail of this request; null when it is not audited.
    public @Nullable AuditTrail trail() {
        return trail;
    }

    /// Sets the audit trail; null when the request is not audited.
    public void trail(@Nullable AuditTrail begun) {
        trail = begun;
    }

    public void onBegun(Runnable action) {
        onBegun = action;
    }

    /// To be called by the handler of a watch when all expensive work is done and only waiting is left.
    public void begun() {
        onBegun.run();
    }

    /// Returns the method that the client has sent.
    public String method() {
        return PostUpgrade.method(request);
    }

    /// Returns the underlying request, for handlers that stream or upgrade.
    public HttpServerRequest request() {
        return request;
    }

    public HttpServerResponse response() {
        return request.response();
    }

    /// Returns an executor that runs tasks on the connection's event loop; they must not block.
    public Executor eventLoop() {
        return eventLoop;
    }

    /// Returns a request header, empty if there is none.
    public String header(String name) {
        return Objects.requireNonNullElse(request.getHeader(name), "");
    }

    public String accept() {
        return header("Accept");
    }

    /// Adds a warning that clients show to their users: each text once, and at most [#MAX_WARNING_CHARS] in total.
    public void warn(String text) {
        String warning = CONTROL.matcher(text).replaceAll("?");
        warningChars += warning.length();
        if (warningChars <= MAX_WARNING_CHARS && !warnings.contains(warning)) {
            warnings.add(warning);
        }
    }

    public boolean answered() {
        return response().headWritten() || response().closed();
    }

    public void answer(int code, JsonNode node) {
        answer(code, JSON, Json.write(node));
    }

    public void answerJson(int code, byte[] json) {
        answer(code, JSON, json);
    }

    public void answer(int code, String contentType, byte[] bytes) {
        if (trail != null && trail.wantsAnswer(code) && contentType.startsWith(JSON)) {
            trail.answered(bytes);
        }
        HttpServerResponse response = head(code, contentType);
        if (bytes.length >= Gzip.THRESHOLD_BYTES && header("Accept-Encoding").contains("gzip")) {
            response.putHeader("Content-Encoding", "gzip").putHeader("Vary", "Accept-Encoding").end(Buffer.buffer(Gzip.compress(bytes)));
        } else {
            response.end(Buffer.buffer(bytes));
        }
    }

    /// Answers with parts that are sent one after the other, so that a long list need not be copied into one array.
    public void answerParts(String contentType, List<byte[]> parts) {
        if (trail != null && trail.wantsAnswer(200) && contentType.startsWith(JSON)) {
            trail.answered(PartsWriter.joined(parts));
        }
        long length = parts.stream().mapToLong(part -> part.length).sum();
        if (length >= Gzip.THRESHOLD_BYTES && header("Accept-Encoding").contains("gzip")) {
            head(200, contentType).putHeader("Content-Encoding", "gzip").putHeader("Vary", "Accept-Encoding").end(Buffer.buffer(Gzip.compress(parts)));
        } else {
            PartsWriter.write(head(200, contentType), eventLoop, parts, length);
        }
    }

    public void answerStatus(Status status) {
        if (status.details() != null && status.details().retryAfterSeconds() > 0) {
            response().putHeader("Retry-After", Integer.toString(status.details().retryAfterSeconds()));
        }
        answer(status.code(), status.toJson());
    }

    public void fail(ApiException failure) {
        if (!answered()) {
            answerStatus(failure.status());
        }
    }

    /// Sets the status and headers of a response whose body is streamed.
    public HttpServerResponse head(int code, String contentType) {
        HttpServerResponse response = response().setStatusCode(code);
        response.putHeader("Content-Type", contentType).putHeader("Cache-Control", "no-cache, private");
        if (body.spoilsConnection()) {
            response.putHeader("Connection", "close");
        }
        for (String warning : warnings) {
            response.headers().add("Warning", "299 - \"" + warning.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
        }
        if (trail != null) {
            trail.responseStarted(code);
        }
        return response;
    }

    /// Returns the client's certificate chain, empty when the client sent none.
    public List<java.security.cert.X509Certificate> certificates() {
        return ConnectionCertificates.of(request.connection());
    }
}
