package io.moka.apiserver.front.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.http2.multiplex.Http2MultiplexServerConnection;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// Closes an HTTP/2 connection that sends more than [#MAX_FRAMES] frames in [#WINDOW_NANOS] that belong to no request: PING, SETTINGS, PRIORITY and
/// unknown ones. They cost a client nothing, but the server work. The client gets a GOAWAY with ENHANCE_YOUR_CALM.
///
/// Netty itself limits resets (200 in 30 s), queued answers to control frames (10,000), consecutive empty DATA frames (2), and small
/// CONTINUATION frames (16).
final class ControlFrames extends Http2FrameListenerDecorator {
    static final int MAX_FRAMES = 1_000;
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

    // both belong to the connection's event loop
    private long windowBegan = System.nanoTime();
    private int frames;

    private ControlFrames(Http2FrameListener next) {
        super(next);
    }

    static void install(HttpConnection connection) {
        if (connection instanceof Http2MultiplexServerConnection http2) {
            Channel channel = http2.channel();
            var decoder = Objects.requireNonNull(channel.pipeline().get(Http2FrameCodec.class)).decoder();
            decoder.frameListener(new ControlFrames(decoder.frameListener()));
        }
    }

    private void count() throws Http2Exception {
        long now = System.nanoTime();
        if (now - windowBegan > WINDOW_NANOS) {
            windowBegan = now;
            frames = 0;
        }
        if (++frames > MAX_FRAMES) {
            throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "more than %d control frames in 10 s", MAX_FRAMES);
        }
    }

    @Override
    public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
        count();
        super.onPingRead(context, data);
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext context, long data) throws Http2Exception {
        count();
        super.onPingAckRead(context, data);
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) throws Http2Exception {
        count();
        super.onSettingsRead(context, settings);
    }

    @Override
    public void onSettingsAckRead(ChannelHandlerContext context) throws Http2Exception {
        count();
        super.onSettingsAckRead(context);
    }

    @Override
    public void onPriorityRead(ChannelHandlerContext context, int stream, int dependency, short weight, boolean exclusive) throws Http2Exception {
        count();
        super.onPriorityRead(context, stream, dependency, weight, exclusive);
    }

    @Override
    public void onUnknownFrame(ChannelHandlerContext context, byte type, int stream, Http2Flags flags, ByteBuf payload) throws Http2Exception {
        count();
        super.onUnknownFrame(context, type, stream, flags, payload);
    }
}
