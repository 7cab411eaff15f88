/// What the scheduler knows of nodes and of the pods on them.
///
/// Promises:
/// - a [NodeInfo] never changes; a change makes a new one;
/// - a [Snapshot] copies only what changed since it was last brought up to date;
/// - an assumed pod counts as if it were bound, until it is confirmed, forgotten or deleted.
///
/// Follows upstream's `pkg/scheduler/backend/cache`. Read [NodeInfo], then [ClusterCache].
@NullMarked
package io.moka.scheduler.cache;

import org.jspecify.annotations.NullMarked;
