package io.moka.apiserver.core.request;

import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.Status;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The body of one request. It is read only when [#read] asks for it, after the request has been authenticated, authorised and seated.
///
/// Until then at most [#UNASKED_BYTES] and one more frame are accepted, which arrive together with the head, so that small requests need no further wait; then
/// reading from the connection (in HTTP/2: the stream's window) is paused. A body that is refused, or unread when the request ends, is discarded as it arrives,
/// up to [#MAX_BYTES], so that the connection can be used again; a client that sends more than that is disconnected (in HTTP/2: the stream is reset).
public final class RequestBody {
    /// Upstream's limit for a body, in bytes.
    public static final int MAX_BYTES = 3 * 1024 * 1024;
    static final int UNASKED_BYTES = 16 * 1024;
    private static final Duration FAREWELL = Duration.ofMillis(500);
    private static final byte[] NOTHING = {};
    private static final int RETRY_SECONDS = 1;
    /// HTTP/2's error codes.
    private static final long NO_ERROR = 0;
    private static final long CANCEL = 8;

    private final @Nullable HttpServerRequest request;
    private final Executor eventLoop;
    private final BodyBudget.Lease lease;
    private final Duration patience;
    private final CompletableFuture<byte[]> outcome = new CompletableFuture<>();
    // the following fields are used on the connection's event loop alone
    private @Nullable Buffer collected = Buffer.buffer();
    private boolean asked;
    private long discarded;
    private boolean ended;
    private volatile boolean continued;

    private RequestBody(@Nullable HttpServerRequest request, Executor eventLoop, BodyBudget.Lease lease, Duration patience) {
        this.request = request;
        this.eventLoop = eventLoop;
        this.lease = lease;
        this.patience = patience;
    }

    /// Returns the body of a request without one, or of a request whose body is never read.
    public static RequestBody none() {
        RequestBody none = new RequestBody(null, Runnable::run, new BodyBudget(0).lease(), Duration.ZERO);
        none.outcome.complete(NOTHING);
        return none;
    }

    /// Starts to receive a body. To be called on the request's event loop before the first bytes of the body can arrive.
    ///
    /// @param patience how long the body may take once it is asked for
    public static RequestBody of(HttpServerRequest request, Executor eventLoop, BodyBudget budget, Duration patience) {
        RequestBody body = new RequestBody(request, eventLoop, budget.lease(), patience);
        request.exceptionHandler(body::lost);
        request.handler(chunk -> body.take(request, chunk));
        request.endHandler(end -> body.complete());
        if (body.expectsContinue()) {
            request.pause();
        }
        return body;
    }

    private boolean expectsContinue() {
        return request != null && "100-continue".equalsIgnoreCase(request.getHeader("Expect"));
    }

    /// Whether the connection cannot be reused after the answer: the client still waits for `100 Continue`, or the body is too large to be discarded.
    boolean spoilsConnection() {
        return request != null && request.version() != HttpVersion.HTTP_2 && (expectsContinue() && !continued || declaredBytes() > MAX_BYTES);
    }

    private long declaredBytes() {
        String declared = request == null ? null : request.getHeader("Content-Length");
        try {
            return declared == null ? 0 : Long.parseLong(declared);
        } catch (NumberFormatException refusedElsewhere) {
            return 0;
        }
    }

    private void take(HttpServerRequest from, Buffer chunk) {
        Buffer sofar = collected;
        if (sofar == null) {
            discard(from, chunk.length());
        } else if (sofar.length() + chunk.length() > MAX_BYTES) {
            refuse(tooLarge());
        } else if (asked) {
            if (lease.take(chunk.length())) {
                sofar.appendBuffer(chunk);
            } else {
                refuse(busy());
            }
        } else {
            sofar.appendBuffer(chunk);
            if (!lease.takeUnasked(chunk.length()) || sofar.length() >= UNASKED_BYTES) {
                from.pause();
            }
        }
    }

    private void discard(HttpServerRequest from, int count) {
        discarded += count;
        if (discarded > MAX_BYTES) {
            from.handler(rest -> { });
            if (from.version() == HttpVersion.HTTP_2) {
                from.response().reset(from.response().ended() ? NO_ERROR : CANCEL);
            } else {
                from.connection().close();
            }
        }
    }

    private static ApiException tooLarge() {
        return ApiException.tooLarge("Request entity too large: limit is " + MAX_BYTES);
    }

    private static ApiException busy() {
        return ApiException.tooManyRequests("The bodies of requests take all the memory that is meant for them, please try again later.", RETRY_SECONDS);
    }

    private void refuse(ApiException why) {
        collected = null;
        lease.release();
        outcome.completeExceptionally(why);
    }

    private void complete() {
        ended = true;
        Buffer all = collected;
        if (all != null) {
            outcome.complete(all.getBytes());
        }
    }

    private void lost(Throwable why) {
        ended = true;
        refuse(new ApiException(new Status(400, "BadRequest", "the body ended before it was complete", null)));
    }

    /// Reads the body and waits until it is complete; later calls return at once. Must not be called on an event loop, which delivers the body.
    ///
    /// @param user the user against whose share of the budget the body counts
    /// @throws ApiException 413 when the body is too large, 429 when the budget has no room for it, 408 when it does not arrive in time
    byte[] read(String user) {
        if (declaredBytes() > MAX_BYTES) {
            throw tooLarge();
        }
        if (!lease.assign(user)) {
            throw busy();
        }
        HttpServerRequest from = request;
        if (from != null && !outcome.isDone()) {
            if (Context.isOnEventLoopThread()) {
                throw new IllegalStateException("the body of a request is awaited on an event loop");
            }
            eventLoop.execute(() -> letIn(from));
        }
        try {
            return outcome.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException refused) {
            throw refused.getCause() instanceof ApiException why ? why : new IllegalStateException(refused.getCause());
        } catch (TimeoutException late) {
            throw new ApiException(new Status(408, "Timeout", "the body of the request did not arrive in time", null));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the body of a request was awaited", stopped);
        }
    }

    private void letIn(HttpServerRequest from) {
        if (asked || ended) {
            return;
        }
        asked = true;
        if (expectsContinue()) {
            continued = true;
            from.response().writeContinue();
        }
        from.resume();
    }

    /// Ends the body: releases its budget, and discards the rest as it arrives. To be called once the answer has been written.
    public void finish() {
        lease.release();
        HttpServerRequest from = request;
        if (from != null && !outcome.isDone() || from != null && outcome.isCompletedExceptionally()) {
            eventLoop.execute(() -> {
                collected = null;
                if (!ended) {
                    from.resume();
                    endLater(from);
                }
            });
        }
    }

    /// Closes the connection after a short delay, since closing it while bytes arrive would lose the answer.
    private void endLater(HttpServerRequest from) {
        if (spoilsConnection()) {
            ((ConnectionBase) from.connection()).channel().eventLoop().schedule(() -> from.connection().close(), FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
