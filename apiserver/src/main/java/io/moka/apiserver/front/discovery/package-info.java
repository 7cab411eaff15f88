/// Serves the paths that are no resources: discovery, health and version.
///
/// - Discovery is computed from the catalog; nothing is declared twice.
/// - Discovery lists only resources that are served.
/// - Health and version are open to all callers; everything else is authorised, as everywhere.
///
/// Upstream serves discovery from its aggregation layer, since extension servers add to it.
///
/// Read `RootHandler` first.
@NullMarked
package io.moka.apiserver.front.discovery;

import org.jspecify.annotations.NullMarked;
