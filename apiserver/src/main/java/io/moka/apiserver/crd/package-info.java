/// Custom resources: from a CustomResourceDefinition to rows of the catalog, schemas, caches and conversions.
///
/// - A definition is served within milliseconds of its creation: rows, schemas and caches are published before its condition
///   Established is written, so who has seen that condition finds the resource.
/// - What is published is one immutable picture of all definitions; requests that began on an older one finish on it.
/// - A definition that is deleted takes its objects with it, and goes only when the last of them has gone.
/// - A version that was never changed and is the stored one is shown from the stored bytes, unread; every other one is converted and
///   defaulted when it is read, a whole list at a time.
///
/// Upstream has a separate API server for this, with a controller each for names, establishing, finalizing, discovery and OpenAPI.
///
/// Read `DefinitionController` first, then `Definition` and `CustomSchema`.
@NullMarked
package io.moka.apiserver.crd;

import org.jspecify.annotations.NullMarked;
