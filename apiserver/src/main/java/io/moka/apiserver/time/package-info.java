/// Durations in Go's notation, as Kubernetes has them in flags and queries.
///
/// - What Go does not read is not read here.
/// - Everything is exact to the nanosecond.
///
/// Upstream uses Go's own `time.ParseDuration`.
///
/// Read `GoDuration` first.
@NullMarked
package io.moka.apiserver.time;

import org.jspecify.annotations.NullMarked;
