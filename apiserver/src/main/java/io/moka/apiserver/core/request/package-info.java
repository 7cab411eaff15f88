/// A request as the verbs see it: its parameters, its body and its response.
///
/// - A handler runs on a virtual thread and may block; responses are written on the connection's event loop.
/// - A body is read when a handler asks for it, within the limits of its size, its time and the memory of all bodies.
/// - An error becomes a Status object; a warning becomes a header.
///
/// Upstream's counterparts are `RequestInfo` and the response writers of its endpoints.
///
/// Read `RequestInfo` first, then `Exchange`.
@NullMarked
package io.moka.apiserver.core.request;

import org.jspecify.annotations.NullMarked;
