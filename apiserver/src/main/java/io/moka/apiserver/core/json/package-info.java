/// The JSON trees that represent objects while a request is processed.
///
/// - One mapper for the whole server; nesting and string lengths are limited.
/// - Reading a path never throws: an absent value reads as empty.
///
/// Upstream decodes each kind to a Go type of its own.
///
/// Read `Json` first.
@NullMarked
package io.moka.apiserver.core.json;

import org.jspecify.annotations.NullMarked;
