/// The schemas of built-in kinds, for type checks, pruning, defaults, validation and OpenAPI.
///
/// - Kinds are data: a text resource made at build time from the official client's classes and the project's overlay.
/// - An object stays a JSON tree; nothing is bound to classes.
/// - A rule that cannot be declared is a small function, attached to a type by name, so that a rule for containers holds wherever
///   a container appears: in a pod, a deployment's template, a cron job's.
/// - A type is decoded on first use; validating a pod compiles no pattern and uses no reflection.
/// - Messages, reasons and field paths are Kubernetes' own, since clients depend on them.
///
/// Upstream decodes into Go structs, runs generated default functions and hand-written validation functions on internal
/// versions, and generates OpenAPI separately.
///
/// Read [ObjectSchema] first, then [Schema] and [SchemaText].
@NullMarked
package io.moka.apiserver.core.schema;

import org.jspecify.annotations.NullMarked;
