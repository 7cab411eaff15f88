/// What the server knows about the shape of objects: types, unknown fields, defaults, rules, OpenAPI.
///
/// - Kinds are data: a text resource made at build time from the official client's classes and an overlay of ours.
/// - An object stays a JSON tree; nothing is bound to classes.
/// - What cannot be declared is a small function, attached to a type by name, so a rule for containers holds wherever
///   a container appears: in a pod, a deployment's template, a cron job's.
/// - A type is decoded when it is first used; checking a pod compiles no pattern and reflects on nothing.
/// - Messages, reasons and field paths are Kubernetes' own, as they are part of the contract.
///
/// Upstream decodes into Go structs, runs generated default functions and hand-written validation functions on internal
/// versions, and generates OpenAPI apart from all of these.
///
/// Read [ObjectSchema] first, then [Schema] and [SchemaText].
@NullMarked
package io.moka.apiserver.schema;

import org.jspecify.annotations.NullMarked;
