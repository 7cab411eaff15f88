package io.moka.apiserver.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.audit.AuditTrail;
import io.moka.apiserver.authn.UserInfo;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.status.Status;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One request and its answer, as a virtual thread handles it.
public final class Exchange {
    private static final String JSON = "application/json";
    private static final int MAX_WARNING_CHARS = 4096;
    /// What may not stand in a header.
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final HttpServerRequest request;
    private final RequestInfo info;
    private final Query query;
    private final byte[] body;
    private final Executor eventLoop;
    private UserInfo user = UserInfo.ANONYMOUS;
    private @Nullable String auditId;
    private @Nullable AuditTrail trail;
    private Runnable onBegun = () -> { };
    private final List<String> warnings = new ArrayList<>(0);
    private int warningChars;

    Exchange(HttpServerRequest request, RequestInfo info, Query query, byte[] body, Executor eventLoop) {
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

    public byte[] body() {
        return body;
    }

    public UserInfo user() {
        return user;
    }

    void user(UserInfo established) {
        user = established;
    }

    /// Names this request in logs, ours and the client's.
    public String auditId() {
        String known = auditId;
        if (known == null) {
            known = AuditId.of(header("Audit-Id"));
            auditId = known;
        }
        return known;
    }

    /// Where the audit log is told of this request; null when it wants to know nothing.
    public @Nullable AuditTrail trail() {
        return trail;
    }

    void trail(@Nullable AuditTrail begun) {
        trail = begun;
    }

    void onBegun(Runnable action) {
        onBegun = action;
    }

    /// To be called by who answers a watch, when all that is costly has been done and only waiting is left.
    public void begun() {
        onBegun.run();
    }

    /// The method that the client has sent.
    public String method() {
        return PostUpgrade.method(request);
    }

    /// The underlying request, for those who stream or upgrade.
    public HttpServerRequest request() {
        return request;
    }

    public HttpServerResponse response() {
        return request.response();
    }

    /// Runs what must not block on the connection's own thread.
    public Executor eventLoop() {
        return eventLoop;
    }

    /// A request header, empty if there is none.
    public String header(String name) {
        return Objects.requireNonNullElse(request.getHeader(name), "");
    }

    public String accept() {
        return header("Accept");
    }

    /// Adds a warning that clients show to their users: each once, and no more than [#MAX_WARNING_CHARS] in all.
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

    /// Answers with parts that are sent one after the other, so that a long list need not be copied together.
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

    /// Sets the status and headers of an answer whose body is streamed.
    public HttpServerResponse head(int code, String contentType) {
        HttpServerResponse response = response().setStatusCode(code);
        response.putHeader("Content-Type", contentType).putHeader("Cache-Control", "no-cache, private");
        for (String warning : warnings) {
            response.headers().add("Warning", "299 - \"" + warning.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
        }
        if (trail != null) {
            trail.responseStarted(code);
        }
        return response;
    }

    /// The client's certificate chain, empty when it showed none.
    List<java.security.cert.X509Certificate> certificates() {
        return ConnectionCertificates.of(request.connection());
    }
}
