/// The way in: a TLS socket, the reading of what a request is about, and the steps that every request takes before it is served.
///
/// - Event loops read and write; a request is handled on a virtual thread of its own, which may block.
/// - Bodies are limited to 3 MiB. Long answers are written in chunks and wait for a slow reader.
/// - A client that does not get on with its request is disconnected, or its stream of HTTP/2 ended (`Patience`). So is one that opens and resets
///   streams without end, or sends a head without end: 400 resets a minute and 64 KiB of headers are the bounds, 250 streams at once.
/// - `WebSocketUpgrade` opens the WebSockets that we speak ourselves; scripts in browsers may show their token among the subprotocols.
/// - Every failure is answered with a Status; a fault of ours is a logged 500.
///
/// Upstream chains some twenty `http.Handler` wrappers; `RequestPipeline` is that chain in one method.
///
/// Read `RequestInfo` first, then `RequestPipeline`.
@NullMarked
package io.moka.apiserver.http;

import org.jspecify.annotations.NullMarked;
