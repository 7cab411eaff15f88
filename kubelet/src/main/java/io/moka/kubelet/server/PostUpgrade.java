package io.moka.kubelet.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.http1.Http1ServerConnection;

/// Lets a `POST` ask for an upgrade, as upstream's apiserver passes it on: Vert.x gives a connection away only for a `GET`, so such a request is turned into a
/// `GET` before Vert.x sees it. For these paths both methods mean the same.
final class PostUpgrade extends ChannelInboundHandlerAdapter {

    private PostUpgrade() {
    }

    static void install(HttpConnection connection) {
        if (connection instanceof Http1ServerConnection http1) {
            http1.channel().pipeline().addBefore(http1.channelHandlerContext().name(), PostUpgrade.class.getName(), new PostUpgrade());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request && request.method().equals(HttpMethod.POST) && request.headers().contains(HttpHeaderNames.UPGRADE)) {
            request.setMethod(HttpMethod.GET);
        }
        context.fireChannelRead(message);
    }
}
