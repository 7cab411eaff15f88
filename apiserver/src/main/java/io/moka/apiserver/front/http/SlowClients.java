package io.moka.apiserver.front.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Closes an HTTP/1.1 connection whose client is too slow with its next request or body while no answer is in progress, so that idle connections, which cost
/// a client nothing, cannot fill the server. Answers may take any time, and so may a connection after an upgrade.
///
/// The cost of a request is two or three readings of the clock: the timer is not rescheduled for each request, but checks the times when it fires.
final class SlowClients extends ChannelDuplexHandler {
    private final ClientTimeouts patience;
    // the following fields are used on the connection's event loop alone
    private int unanswered;
    private boolean inBody;
    private boolean upgraded;
    private long sinceNanos = System.nanoTime();
    private Duration limit;
    private @Nullable Future<?> timer;

    private SlowClients(ClientTimeouts patience) {
        this.patience = patience;
        limit = patience.head();
    }

    static void install(HttpConnection connection, ClientTimeouts patience) {
        if (connection instanceof Http1ServerConnection http1) {
            http1.channel().pipeline().addBefore(http1.channelHandlerContext().name(), SlowClients.class.getName(), new SlowClients(patience));
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        schedule(context, limit.toNanos());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        Future<?> pending = timer;
        if (pending != null) {
            pending.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            unanswered++;
            inBody = !request.headers().contains(HttpHeaderNames.UPGRADE);
            wait(patience.body());
        }
        if (message instanceof LastHttpContent) {
            inBody = false;
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        boolean preliminary = false;
        if (message instanceof HttpResponse response) {
            upgraded |= response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
            preliminary = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        }
        if (message instanceof LastHttpContent && !preliminary) {
            unanswered--;
            if (!inBody) {
                wait(patience.idle());
            }
        }
        context.write(message, promise);
    }

    private void wait(Duration next) {
        limit = next;
        sinceNanos = System.nanoTime();
    }

    private void schedule(ChannelHandlerContext context, long nanos) {
        timer = context.executor().schedule(() -> closeIfSlow(context), nanos, TimeUnit.NANOSECONDS);
    }

    private void closeIfSlow(ChannelHandlerContext context) {
        if (upgraded) {
            return;
        }
        boolean waiting = inBody || unanswered <= 0;
        long left = limit.toNanos() - (System.nanoTime() - sinceNanos);
        if (waiting && left <= 0) {
            context.close();
        } else {
            schedule(context, waiting ? left : patience.head().toNanos());
        }
    }
}
