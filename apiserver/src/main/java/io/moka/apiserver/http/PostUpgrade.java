package io.moka.apiserver.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.http1.Http1ServerConnection;

/// Lets a `POST` ask for an upgrade, as kubectl does for SPDY: Vert.x gives a connection away only for a `GET`.
///
/// Such a request becomes a `GET` before Vert.x sees it; who decides about access asks [#method] for what the client really sent.
final class PostUpgrade extends ChannelInboundHandlerAdapter {
    private static final String SENT_METHOD = "X-Moka-Sent-Method";

    private PostUpgrade() {}

    static void install(HttpConnection connection) {
        if (connection instanceof Http1ServerConnection http1) {
            http1.channel().pipeline().addBefore(http1.channelHandlerContext().name(), PostUpgrade.class.getName(), new PostUpgrade());
        }
    }

    /// The method that the client has sent.
    static String method(HttpServerRequest request) {
        String sent = request.connection() instanceof Http1ServerConnection ? request.getHeader(SENT_METHOD) : null;
        return sent == null ? request.method().name() : sent;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            request.headers().remove(SENT_METHOD);
            if (request.method().equals(HttpMethod.POST) && request.headers().contains(HttpHeaderNames.UPGRADE)) {
                request.headers().set(SENT_METHOD, request.method().name());
                request.setMethod(HttpMethod.GET);
            }
        }
        context.fireChannelRead(message);
    }
}
