/// Structural schemas: what a CustomResourceDefinition says of its objects, as one immutable tree, and what is done with it.
///
/// - A schema is read once, when its definition is published. Everything else walks it beside a JSON tree, on any thread.
/// - The order on the way in is prune, default, validate; the later steps rely on the earlier ones.
/// - What an update leaves as it was is not an error again, even if a rule has come since (ratcheting).
/// - Rules in CEL load their engine when the first object that has any is checked, not before.
///
/// Upstream compiles the same document to several forms (structural schema, go-openapi validator, CEL programs); here it is one tree.
///
/// Read `StructuralSchema` first, then `ValueChecker`.
@NullMarked
package io.moka.apiserver.structural;

import org.jspecify.annotations.NullMarked;
