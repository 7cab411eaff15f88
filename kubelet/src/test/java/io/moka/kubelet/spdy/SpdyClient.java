package io.moka.kubelet.spdy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/// A client's end of a SPDY connection, fed and drained by the test. One thread may read while another one writes.
public final class SpdyClient {

    private final Consumer<byte[]> out;
    private final EmbeddedChannel codec = new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));

    // guarded by this
    private final Map<Integer, StringBuilder> received = new TreeMap<>();
    private final Set<Integer> replied = new TreeSet<>();
    private final Set<Integer> ended = new TreeSet<>();
    private final Set<Integer> reset = new TreeSet<>();
    private final Set<Integer> pings = new TreeSet<>();

    public SpdyClient(Consumer<byte[]> out) {
        this.out = out;
    }

    public synchronized void receive(byte[] bytes) {
        codec.writeInbound(Unpooled.wrappedBuffer(bytes));
        for (SpdyFrame frame = codec.readInbound(); frame != null; frame = codec.readInbound()) {
            accept(frame);
        }
    }

    private void accept(SpdyFrame frame) {
        switch (frame) {
            case SpdyDataFrame data -> {
                received.computeIfAbsent(data.streamId(), id -> new StringBuilder()).append(data.content().toString(StandardCharsets.UTF_8));
                if (data.isLast()) {
                    ended.add(data.streamId());
                }
                data.release();
            }
            case SpdySynReplyFrame reply -> replied.add(reply.streamId());
            case SpdyRstStreamFrame refused -> reset.add(refused.streamId());
            case SpdyPingFrame ping -> pings.add(ping.id());
            default -> throw new AssertionError("unexpected: " + frame);
        }
    }

    /// @param headers names and values in turn
    public void open(int id, String... headers) {
        var frame = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
        for (int i = 0; i < headers.length; i += 2) {
            frame.headers().add(headers[i], headers[i + 1]);
        }
        send(frame);
    }

    public void write(int id, byte[] bytes) {
        send(new DefaultSpdyDataFrame(id, Unpooled.wrappedBuffer(bytes)));
    }

    public void end(int id) {
        send(new DefaultSpdyDataFrame(id).setLast(true));
    }

    public void reset(int id) {
        send(new DefaultSpdyRstStreamFrame(id, 5));
    }

    public void ping(int id) {
        send(new DefaultSpdyPingFrame(id));
    }

    private synchronized void send(SpdyFrame frame) {
        codec.writeOutbound(frame);
        for (ByteBuf part = codec.readOutbound(); part != null; part = codec.readOutbound()) {
            out.accept(ByteBufUtil.getBytes(part));
            part.release();
        }
    }

    public synchronized String received(int id) {
        return received.getOrDefault(id, new StringBuilder()).toString();
    }

    public synchronized boolean isReplied(int id) {
        return replied.contains(id);
    }

    public synchronized boolean isEnded(int id) {
        return ended.contains(id);
    }

    public synchronized boolean isReset(int id) {
        return reset.contains(id);
    }

    public synchronized boolean isPinged(int id) {
        return pings.contains(id);
    }
}
