/// Warns about objects that are valid, but probably not as their author means them.
///
/// - Warnings are sent in headers, which clients show to the user; no request is refused because of them.
/// - Objects are checked where people write them: when they are created, and when they are changed if users change the kind by hand. Changed
///   pods are not checked, as it is mostly programs that change them.
/// - Messages and field paths are upstream's.
///
/// Upstream has the warnings next to the validation of each kind, and its strategies return them.
///
/// Read [Warnings] first.
@NullMarked
package io.moka.apiserver.kinds.warning;

import org.jspecify.annotations.NullMarked;
