/// The catalog of resources, with the properties of each that the generic REST path needs. Resource types are data.
///
/// - Adding a built-in kind is one row in `BuiltinTypes`; a schema and, where it has special rules, a strategy go with it.
/// - A row is immutable. The catalog changes with the custom resources: it is one volatile snapshot, which callers must not keep.
/// - A resource's place in etcd is upstream's (`minions` for nodes, `services/specs` for services).
///
/// Upstream spreads this over a REST storage class, a scheme registration and an API group installer for each kind.
///
/// Read `ResourceType` first, then `BuiltinTypes`.
@NullMarked
package io.moka.apiserver.core.resource;

import org.jspecify.annotations.NullMarked;
