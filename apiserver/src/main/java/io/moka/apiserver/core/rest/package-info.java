/// The generic REST handling of all resources in the catalog: one class for each verb, and the subresources.
///
/// - Each verb has a file of its own. The rules of a kind are in its strategy or its schema, never here.
/// - A write is decided on a state and committed only if that is still the current one; otherwise it is decided again on the newer state.
/// - Lists and watches send the stored bytes; only tables and other converted forms are rendered.
/// - A watch writes to a sink: the body of an answer, or the messages of a WebSocket.
/// - A watch has a bounded buffer. When the client falls that far behind, its watch ends, and the client continues from the last event with a new one.
/// - Field ownership is recorded with every write of a client, before admission and the kind's own rules change the object.
///
/// Upstream divides this between a generic registry store and the handlers above it.
///
/// Read `ResourceHandler` first, then `ObjectStorage`, `CreateVerb` and `WatchStream`.
@NullMarked
package io.moka.apiserver.core.rest;

import org.jspecify.annotations.NullMarked;
