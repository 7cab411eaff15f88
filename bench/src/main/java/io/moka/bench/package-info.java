/// The command `moka bench`: starts a cluster of its own, measures it from outside and prints one table.
///
/// A [Measurement] looks at the cluster as a user or a client would: through the launchers, the API, and `/proc`. What it finds are
/// [Figure]s of the [Row]s of the table, each beside the bar that the project has set itself and beside what upstream needs.
///
/// Promises:
/// - a slow figure never fails the run; only what could not be measured at all makes its exit status 1;
/// - what is counted was warmed up before, and percentiles are samples that were really seen, never estimates;
/// - the cluster is its own, with ports and addresses that no other uses, and is gone afterwards (but for `--keep`);
/// - nothing of a component is linked: the same measurements would hold for another apiserver.
///
/// Upstream measures itself with `clusterloader2` and `kubemark` on many machines; this is one machine, and ratios within one run
/// say more than absolute figures. Read [Bench] first, then [Row] and [PodStart].
@NullMarked
package io.moka.bench;

import org.jspecify.annotations.NullMarked;
