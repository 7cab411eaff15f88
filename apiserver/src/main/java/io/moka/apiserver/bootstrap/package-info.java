/// What a new cluster is given before anybody asks.
///
/// - Everything here is made through the same path as any client's request, checks included.
/// - It runs at every start and makes only what is missing; the address behind the service `kubernetes` is kept right.
///
/// Upstream spreads this over post-start hooks and controllers inside the apiserver.
///
/// Read `SystemObjects` first.
@NullMarked
package io.moka.apiserver.bootstrap;

import org.jspecify.annotations.NullMarked;
