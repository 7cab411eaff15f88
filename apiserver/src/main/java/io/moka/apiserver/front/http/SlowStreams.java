package io.moka.apiserver.front.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.http2.multiplex.Http2MultiplexServerConnection;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The counterpart of `SlowClients` for HTTP/2: closes a connection that has had no streams for a while, and resets a stream whose request
/// does not arrive completely in time. A response may take any time. At random it asks a client to reconnect (`--goaway-chance`).
///
/// The cost of a request is a few readings of the clock.
final class SlowStreams extends Http2ConnectionAdapter {
    /// The time for requests that were on their way when the server sent GOAWAY.
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final Channel channel;
    private final Http2FrameCodec codec;
    private final Http2Connection streams;
    private final Http2Connection.PropertyKey openedNanos;
    private final ClientTimeouts patience;
    private final double goAwayChance;
    // the following fields are used on the connection's event loop alone
    private Duration limit;
    private long sinceNanos = System.nanoTime();
    private @Nullable Future<?> timer;

    private SlowStreams(Channel channel, Http2FrameCodec codec, ClientTimeouts patience, double goAwayChance) {
        this.channel = channel;
        this.codec = codec;
        this.patience = patience;
        this.goAwayChance = goAwayChance;
        streams = codec.connection();
        openedNanos = streams.newKey();
        limit = patience.head();
    }

    static void install(HttpConnection connection, ClientTimeouts patience, double goAwayChance) {
        if (connection instanceof Http2MultiplexServerConnection http2) {
            Channel channel = http2.channel();
            SlowStreams slow = new SlowStreams(channel, Objects.requireNonNull(channel.pipeline().get(Http2FrameCodec.class)), patience, goAwayChance);
            slow.streams.addListener(slow);
            channel.closeFuture().addListener(closed -> slow.stop());
            slow.schedule(slow.limit);
        }
    }

    @Override
    public void onStreamActive(Http2Stream stream) {
        stream.setProperty(openedNanos, System.nanoTime());
        if (goAwayChance > 0 && ThreadLocalRandom.current().nextDouble() < goAwayChance && !streams.goAwaySent()) {
            channel.eventLoop().execute(() -> channel.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(Integer.MAX_VALUE)));
        }
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        if (streams.numActiveStreams() == 0) {
            sinceNanos = System.nanoTime();
            limit = streams.goAwaySent() ? FAREWELL : patience.idle();
            if (streams.goAwaySent()) {
                schedule(FAREWELL);
            }
        }
    }

    private void stop() {
        Future<?> pending = timer;
        if (pending != null) {
            pending.cancel(false);
        }
    }

    private void schedule(Duration delay) {
        stop();
        timer = channel.eventLoop().schedule(this::closeSlow, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void closeSlow() {
        if (streams.numActiveStreams() > 0) {
            endUnfinished();
            schedule(patience.body());
            return;
        }
        Duration left = limit.minusNanos(System.nanoTime() - sinceNanos);
        if (left.isPositive()) {
            schedule(left);
        } else {
            channel.close();
        }
    }

    private void endUnfinished() {
        long now = System.nanoTime();
        try {
            streams.forEachActiveStream(stream -> {
                if (stream.state().remoteSideOpen() && stream.getProperty(openedNanos) instanceof Long opened && now - opened >= patience.body().toNanos()) {
                    codec.resetStream(channel.pipeline().context(codec), stream.id(), Http2Error.CANCEL.code(), channel.newPromise());
                }
                return true;
            });
            channel.flush();
        } catch (Http2Exception broken) {
            channel.close();
        }
    }
}
