package io.moka.kubelet.spdy;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyHeaders;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/// One stream of a [SpdyConnection]: bytes in both directions, each of which ends on its own.
///
/// Futures complete when the bytes have left the process and fail when the stream or its connection is gone.
public final class SpdyStream {

    /// Gets what the client sends, on the event loop. Each byte counts against the connection's bound until [#taken] gives it back.
    public interface Receiver {

        void data(byte[] bytes);

        /// The client's side has ended, or the stream or its connection broke.
        void end();
    }

    private final SpdyConnection connection;
    private final int id;
    private final SpdyHeaders headers;

    // the event loop alone
    private @Nullable Receiver receiver;
    private boolean clientEnded;
    private boolean ended;

    SpdyStream(SpdyConnection connection, int id, SpdyHeaders headers) {
        this.connection = connection;
        this.id = id;
        this.headers = headers;
    }

    /// @param name in lower case, as SPDY sends it
    /// @return the value, or the empty string
    public String header(String name) {
        var value = headers.getAsString(name);
        return value == null ? "" : value;
    }

    /// To be called while the stream is being opened; without a receiver all is dropped.
    public void receive(Receiver receiver) {
        this.receiver = receiver;
    }

    /// Reports that this number of received bytes was consumed.
    public void taken(int bytes) {
        connection.taken(bytes);
    }

    public Future<Void> write(byte[] bytes) {
        return connection.send(this, () -> new DefaultSpdyDataFrame(id, Unpooled.wrappedBuffer(bytes)));
    }

    /// Ends our side.
    public Future<Void> end() {
        return connection.send(this, () -> {
            ended = true;
            return new DefaultSpdyDataFrame(id).setLast(true);
        });
    }

    /// Refuses the stream, for the client asked for what there isn't.
    public Future<Void> reset() {
        return connection.send(this, () -> {
            lost();
            return new DefaultSpdyRstStreamFrame(id, SpdyStreamStatus.REFUSED_STREAM);
        });
    }

    int id() {
        return id;
    }

    boolean mayWrite() {
        return !ended;
    }

    boolean isOver() {
        return ended && clientEnded;
    }

    void data(byte[] bytes) {
        if (receiver != null && bytes.length > 0 && !clientEnded) {
            connection.hold(bytes.length);
            receiver.data(bytes);
        }
    }

    void clientEnded() {
        if (!clientEnded && receiver != null) {
            receiver.end();
        }
        clientEnded = true;
    }

    void lost() {
        ended = true;
        clientEnded();
    }
}
