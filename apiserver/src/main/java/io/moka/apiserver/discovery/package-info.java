/// What is served beside resources: which resources there are, how the server is, what it is.
///
/// - Discovery is computed from the catalog; nothing is said twice.
/// - Only what is served is advertised.
/// - Health and version answer anybody; everything else asks the authorizer, as everywhere.
///
/// Upstream assembles this from an aggregation layer, since extension servers add to it.
///
/// Read `RootHandler` first.
@NullMarked
package io.moka.apiserver.discovery;

import org.jspecify.annotations.NullMarked;
