/// Custom resources: derives resource types, schemas, caches and conversions from CustomResourceDefinitions.
///
/// - A definition is served within milliseconds of its creation: types, schemas and caches are published before its condition
///   Established is written, so a client that has seen that condition finds the resource.
/// - All definitions together are published as one immutable snapshot; requests that began on an older snapshot finish on it.
/// - Deleting a definition deletes its objects, and the definition remains until the last of them is gone.
/// - Objects of the stored version, when the definition never changed, are answered with their stored bytes, without parsing; all others are
///   converted and defaulted when they are read, a whole list at a time.
///
/// Upstream has a separate API server for this, with a controller each for names, establishing, finalizing, discovery and OpenAPI.
///
/// Read `DefinitionController` first, then `Definition` and `CustomSchema`.
@NullMarked
package io.moka.apiserver.extension.crd;

import org.jspecify.annotations.NullMarked;
