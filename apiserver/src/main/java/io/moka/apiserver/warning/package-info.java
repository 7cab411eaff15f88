/// What the server has to say of an object that is valid, but hardly meant as it is.
///
/// - Warnings go out in headers, and clients show them to whoever has made the object; nothing is refused for them.
/// - They are looked for where people write: in what is created, and in what is changed where a kind's users change it by hand. Pods are
///   not looked at when they change, as it is mostly programs that change them.
/// - Words and field paths are upstream's.
///
/// Upstream has them beside the validation of each kind, and asks its strategies for them.
///
/// Read [Warnings] first.
@NullMarked
package io.moka.apiserver.warning;

import org.jspecify.annotations.NullMarked;
