/// The server's side of SPDY/3.1, as far as Kubernetes uses the protocol: streams that the client opens over one connection.
///
/// Promises:
/// - Netty handles frames and compressed headers, this package handles streams; bytes come from a socket or from the messages of a WebSocket;
/// - bytes that were received and not yet consumed are bounded: a connection over its bound isn't read until some of them are consumed;
/// - a connection has a bounded number of streams; further ones are refused;
/// - only the connection's event loop touches its state; [SpdyStream] may be used from any thread.
///
/// Upstream's library (`moby/spdystream`) ignores SPDY's flow control windows and never sends an update of one, so they are left out here
/// too: TCP slows the sender down, and one slow stream slows those beside it. Read [SpdyConnection] first.
@NullMarked
package io.moka.kubelet.spdy;

import org.jspecify.annotations.NullMarked;
