package io.moka.apiserver.core.request;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.http1.Http1ServerConnection;

/// Lets a `POST` upgrade a connection, as kubectl does for SPDY: Vert.x supports upgrades of a `GET` only. An upgrade request with a body
/// is treated as a plain request, since the body would be lost; its header is removed for all handlers.
///
/// An upgrading `POST` becomes a `GET` before Vert.x sees it; authorization uses [#method] to get the method that the client sent.
public final class PostUpgrade extends ChannelInboundHandlerAdapter {
    private static final String SENT_METHOD = "X-Moka-Sent-Method";

    private PostUpgrade() {}

    public static void install(HttpConnection connection) {
        if (connection instanceof Http1ServerConnection http1) {
            http1.channel().pipeline().addBefore(http1.channelHandlerContext().name(), PostUpgrade.class.getName(), new PostUpgrade());
        }
    }

    /// Returns the method that the client has sent.
    public static String method(HttpServerRequest request) {
        String sent = request.connection() instanceof Http1ServerConnection ? request.getHeader(SENT_METHOD) : null;
        return sent == null ? request.method().name() : sent;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            request.headers().remove(SENT_METHOD);
            refuseOtherProtocols(request);
            if (!mayUpgrade(request)) {
                request.headers().remove(HttpHeaderNames.UPGRADE);
            } else if (request.method().equals(HttpMethod.POST)) {
                request.headers().set(SENT_METHOD, request.method().name());
                request.setMethod(HttpMethod.GET);
            }
        }
        context.fireChannelRead(message);
    }

    private static boolean mayUpgrade(HttpRequest request) {
        HttpHeaders headers = request.headers();
        return headers.contains(HttpHeaderNames.UPGRADE) && (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.POST))
                && !headers.contains(HttpHeaderNames.TRANSFER_ENCODING) && headers.get(HttpHeaderNames.CONTENT_LENGTH, "0").equals("0");
    }

    /// Marks a request of another protocol than HTTP/1.x as malformed. Vert.x would answer it with 501 and the client's own protocol text.
    private static void refuseOtherProtocols(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            request.setProtocolVersion(HttpVersion.HTTP_1_1);
            request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("malformed HTTP version \"" + version + "\"")));
        }
    }
}
