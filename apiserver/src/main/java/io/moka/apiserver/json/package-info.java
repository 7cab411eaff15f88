/// The JSON trees that objects are while a request works on them.
///
/// - One mapper for the whole server; nesting and string lengths are limited.
/// - Reading a path never throws: what is absent reads as empty.
///
/// Upstream decodes each kind to a Go type of its own.
///
/// There is one file: `Json`.
@NullMarked
package io.moka.apiserver.json;

import org.jspecify.annotations.NullMarked;
