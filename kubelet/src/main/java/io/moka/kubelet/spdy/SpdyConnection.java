package io.moka.kubelet.spdy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.NetSocket;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server's end of a SPDY connection. Must be created on the event loop of its socket, before anything was read from the socket.
public final class SpdyConnection {

    private static final Logger log = LoggerFactory.getLogger(SpdyConnection.class);
    private static final int HELD_BYTES = 256 << 10;
    private static final int STREAMS = 256;
    private static final int CHUNK_BYTES = 32 << 10;
    private static final int HEADER_BYTES = 16 << 10;
    private static final int ZLIB_LEVEL = 6;
    private static final int ZLIB_WINDOW_BITS = 15;
    private static final int ZLIB_MEMORY = 8;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    /// Learns what the client does, on the event loop.
    public interface Listener {

        void opened(SpdyStream stream);

        void closed();
    }

    private final Context context;
    private final ReadStream<Buffer> in;
    private final WriteStream<Buffer> out;
    private final Listener listener;
    private final EmbeddedChannel codec = new EmbeddedChannel();

    // the event loop alone
    private final Map<Integer, SpdyStream> streams = new HashMap<>();
    private int lastStreamId;
    private int heldBytes;
    private boolean closed;

    private SpdyConnection(ReadStream<Buffer> in, WriteStream<Buffer> out, Listener listener) {
        this.context = Vertx.currentContext();
        this.in = in;
        this.out = out;
        this.listener = listener;
        codec.config().setAllocator(UnpooledByteBufAllocator.DEFAULT);
        codec.pipeline().addLast(
                new SpdyFrameCodec(SpdyVersion.SPDY_3_1, CHUNK_BYTES, HEADER_BYTES, ZLIB_LEVEL, ZLIB_WINDOW_BITS, ZLIB_MEMORY),
                new FrameReader(this::accept, this::broken));
        in.handler(this::receive);
        in.exceptionHandler(this::broken);
    }

    /// SPDY on a connection that was upgraded to it.
    public static SpdyConnection over(NetSocket socket, Listener listener) {
        var connection = new SpdyConnection(socket, socket, listener);
        socket.closeHandler(gone -> connection.gone());
        return connection;
    }

    /// SPDY in the binary messages of a WebSocket, which may be cut anywhere.
    public static SpdyConnection over(ServerWebSocket socket, Listener listener) {
        var connection = new SpdyConnection(socket, socket, listener);
        socket.closeHandler(gone -> connection.gone());
        return connection;
    }

    /// Leaves the client a while to read what was sent and to close the connection, then closes it. A client may lose what it has not
    /// yet handled when the connection ends.
    public void finish() {
        context.runOnContext(here -> {
            if (!closed) {
                context.owner().setTimer(CLOSE_TIMEOUT.toMillis(), late -> close());
            }
        });
    }

    private void close() {
        if (!closed) {
            out.end().onFailure(failure -> log.debug("closing a connection: {}", failure.getMessage()));
        }
    }

    private void gone() {
        if (!closed) {
            closed = true;
            streams.values().forEach(SpdyStream::lost);
            streams.clear();
            listener.closed();
            context.runOnContext(later -> codec.finishAndReleaseAll());
        }
    }

    private void broken(Throwable failure) {
        log.debug("a SPDY connection broke: {}", failure.toString());
        close();
    }

    private void receive(Buffer bytes) {
        if (!closed) {
            codec.writeInbound(Unpooled.wrappedBuffer(bytes.getBytes()));
        }
    }

    private void accept(SpdyFrame frame) {
        switch (frame) {
            case SpdySynStreamFrame opening -> open(opening);
            case SpdyDataFrame data -> data(data);
            case SpdyRstStreamFrame reset -> {
                var stream = streams.remove(reset.streamId());
                if (stream != null) {
                    stream.lost();
                }
            }
            case SpdyPingFrame ping when ping.id() % 2 != 0 -> transmit(ping);
            default -> log.trace("ignored: {}", frame);
        }
    }

    private void open(SpdySynStreamFrame opening) {
        int id = opening.streamId();
        if (opening.isInvalid() || opening.isTruncated() || id % 2 == 0 || id <= lastStreamId) {
            transmit(new DefaultSpdyRstStreamFrame(id, SpdyStreamStatus.PROTOCOL_ERROR));
            return;
        }
        lastStreamId = id;
        if (streams.size() >= STREAMS) {
            transmit(new DefaultSpdyRstStreamFrame(id, SpdyStreamStatus.REFUSED_STREAM));
            return;
        }
        var stream = new SpdyStream(this, id, opening.headers());
        streams.put(id, stream);
        transmit(reply(id));
        listener.opened(stream);
        if (opening.isLast()) {
            clientEnded(stream);
        }
    }

    /// Carries a header, for Netty sends a frame without any in a form that upstream's clients can't read.
    private static SpdyFrame reply(int id) {
        var reply = new DefaultSpdySynReplyFrame(id);
        reply.headers().set(":status", "200");
        return reply;
    }

    private void data(SpdyDataFrame frame) {
        var stream = streams.get(frame.streamId());
        if (stream != null) {
            stream.data(ByteBufUtil.getBytes(frame.content()));
            if (frame.isLast()) {
                clientEnded(stream);
            }
        }
    }

    private void clientEnded(SpdyStream stream) {
        stream.clientEnded();
        forgetIfOver(stream);
    }

    private void forgetIfOver(SpdyStream stream) {
        if (stream.isOver()) {
            streams.remove(stream.id());
        }
    }

    void hold(int bytes) {
        heldBytes += bytes;
        if (heldBytes > HELD_BYTES) {
            in.pause();
        }
    }

    void taken(int bytes) {
        context.runOnContext(here -> {
            boolean paused = heldBytes > HELD_BYTES;
            heldBytes -= bytes;
            if (paused && heldBytes <= HELD_BYTES && !closed) {
                in.resume();
            }
        });
    }

    /// @param frame made on the event loop, and only if the stream can still be written to
    Future<Void> send(SpdyStream stream, Supplier<SpdyFrame> frame) {
        var sent = Promise.<Void>promise();
        context.runOnContext(here -> {
            if (closed || !stream.mayWrite()) {
                sent.fail("the stream is closed");
            } else {
                transmit(frame.get()).onComplete(sent);
                forgetIfOver(stream);
            }
        });
        return sent.future();
    }

    private Future<Void> transmit(SpdyFrame frame) {
        codec.writeOutbound(frame);
        var bytes = Buffer.buffer();
        for (ByteBuf part = codec.readOutbound(); part != null; part = codec.readOutbound()) {
            bytes.appendBytes(ByteBufUtil.getBytes(part));
            part.release();
        }
        return out.write(bytes);
    }
}
