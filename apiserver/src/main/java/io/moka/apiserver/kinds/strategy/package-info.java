/// Rules of individual kinds for writing objects: fields set at creation, fields kept on update, and the way an object is deleted.
///
/// - A kind without special rules needs no file here; the table of all kinds is `BuiltinStrategies`.
///
/// Upstream has a `strategy.go` for each kind.
///
/// Read `PodStrategy` first.
@NullMarked
package io.moka.apiserver.kinds.strategy;

import org.jspecify.annotations.NullMarked;
