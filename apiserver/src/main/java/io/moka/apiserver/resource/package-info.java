/// The catalog: which resources exist and what the generic REST path must know of each. Resource types are data.
///
/// - Adding a built-in kind is one row in `BuiltinTypes`; a schema and, where it has special rules, a strategy go with it.
/// - A row never changes. The catalog does when custom resources come and go: it is one volatile snapshot, and everybody asks it anew.
/// - A resource's place in etcd is upstream's (`minions` for nodes, `services/specs` for services).
///
/// Upstream spreads this over a REST storage class, a scheme registration and an API group installer for each kind.
///
/// Read `ResourceType` first, then `BuiltinTypes`.
@NullMarked
package io.moka.apiserver.resource;

import org.jspecify.annotations.NullMarked;
