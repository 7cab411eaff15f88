/// Creates the objects that every new cluster starts with.
///
/// - All objects are created through the same path as any client's request, checks included.
/// - It runs at every start and creates only missing objects; the address behind the service `kubernetes` is kept up to date.
///
/// Upstream spreads this over post-start hooks and controllers inside the apiserver.
///
/// Read `SystemObjects` first.
@NullMarked
package io.moka.apiserver.server.bootstrap;

import org.jspecify.annotations.NullMarked;
