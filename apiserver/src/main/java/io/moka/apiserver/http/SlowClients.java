package io.moka.apiserver.http;

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

/// Closes a connection of HTTP/1.1 on which nothing is being answered and whose client does not get on, so that nobody fills the
/// server with connections that cost a client nothing. An answer may take as long as it likes, and so may what follows an upgrade.
///
/// A request costs two or three readings of the clock: the timer is only looked after when it fires.
final class SlowClients extends ChannelDuplexHandler {
    private final Patience patience;
    // all of these belong to the connection's event loop
    private int unanswered;
    private boolean inBody;
    private boolean upgraded;
    private long sinceNanos = System.nanoTime();
    private Duration limit;
    private @Nullable Future<?> timer;

    private SlowClients(Patience patience) {
        this.patience = patience;
        limit = patience.head();
    }

    static void install(HttpConnection connection, Patience patience) {
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
        timer = context.executor().schedule(() -> look(context), nanos, TimeUnit.NANOSECONDS);
    }

    private void look(ChannelHandlerContext context) {
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
