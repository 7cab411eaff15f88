/// The generic REST path: every verb once, for every resource of the catalog, and the subresources.
///
/// - One verb, one file. What is special about a kind is in its strategy or its schema, never here.
/// - A write is decided on a state and committed only if that is still the state; if not, it is decided again on the newer one.
/// - Lists and watches send the bytes that were stored; only Tables and other converted forms are rendered.
/// - A watch goes to a sink: the body of an answer, or the messages of a WebSocket.
/// - A watch has a bounded buffer. When the client is that far behind, its watch ends and it begins anew from where it was.
/// - Who owns which field is recorded with every write of a client, before admission and the kind's own rules have had their say.
///
/// Upstream has a generic registry store below and installed handlers above it; the verbs here are both.
///
/// Read `ResourceHandler` first, then `ObjectStorage`, `CreateVerb` and `WatchStream`.
@NullMarked
package io.moka.apiserver.rest;

import org.jspecify.annotations.NullMarked;
