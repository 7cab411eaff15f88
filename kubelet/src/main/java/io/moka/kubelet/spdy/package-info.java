/// SPDY/3.1, the server's side, as far as Kubernetes uses it: streams that the client opens over one connection.
///
/// Promises:
/// - frames and compressed headers are Netty's business, streams ours; bytes come from a socket or from the messages of a WebSocket;
/// - what was received and not yet taken is bounded: a connection over its bound isn't read until somebody has taken something;
/// - a connection has a bounded number of streams; further ones are refused;
/// - only the connection's event loop touches its state; [SpdyStream] may be used from any thread.
///
/// Upstream's library (`moby/spdystream`) ignores SPDY's flow control windows and never sends an update of one, so they are left out here
/// too: TCP slows the sender down, and one slow stream slows those beside it. Read [SpdyConnection] first.
@NullMarked
package io.moka.kubelet.spdy;

import org.jspecify.annotations.NullMarked;
