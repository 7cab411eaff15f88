/// Structural schemas of CustomResourceDefinitions, each as one immutable tree, and pruning, defaulting and validation by them.
///
/// - A schema is read once, when its definition is published. The steps below walk it together with a JSON tree, on any thread.
/// - The order on the way in is prune, default, validate; the later steps rely on the earlier ones.
/// - A value that an update leaves unchanged is not reported again, even if a rule was added since (ratcheting).
/// - The CEL engine is loaded when the first object that has rules is validated, not before.
///
/// Upstream compiles the same document to several forms (structural schema, go-openapi validator, CEL programs); here it is one tree.
///
/// Read `StructuralSchema` first, then `ValueChecker`.
@NullMarked
package io.moka.apiserver.extension.structural;

import org.jspecify.annotations.NullMarked;
