package io.moka.kubelet.spdy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.spdy.SpdyFrame;
import java.util.function.Consumer;

/// The end of the codec's pipeline: hands each frame on and releases it.
final class FrameReader extends SimpleChannelInboundHandler<SpdyFrame> {

    private final Consumer<SpdyFrame> frames;
    private final Consumer<Throwable> whenBroken;

    /// @param whenBroken gets what is wrong with the bytes, or what the handling of a frame threw
    FrameReader(Consumer<SpdyFrame> frames, Consumer<Throwable> whenBroken) {
        super(SpdyFrame.class);
        this.frames = frames;
        this.whenBroken = whenBroken;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, SpdyFrame frame) {
        frames.accept(frame);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        whenBroken.accept(cause);
    }
}
