/// HTTP: the TLS socket, the parsing of a request's attributes, and the steps that every request takes before it is served.
///
/// - Event loops read and write; a request is handled on a virtual thread of its own, which may block.
/// - Bodies are limited to 3 MiB. Long answers are written in chunks and wait for a slow reader.
/// - A client that is too slow with its request is disconnected, or its HTTP/2 stream is reset (`ClientTimeouts`). So is one that opens and resets
///   streams without end, or sends an endless head: 400 resets a minute and 64 KiB of headers are the limits, 250 streams at once.
/// - `WebSocketUpgrade` opens the WebSockets that this server handles itself; scripts in browsers may send their token among the subprotocols.
/// - Every failure is answered with a Status; an error of the server itself is a logged 500.
///
/// Upstream chains some twenty `http.Handler` wrappers; `RequestPipeline` is that chain in one method.
///
/// Read `RequestInfo` first, then `RequestPipeline`.
@NullMarked
package io.moka.apiserver.front.http;

import org.jspecify.annotations.NullMarked;
