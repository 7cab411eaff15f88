/// The two questions of scheduling, as interfaces: does the pod fit the node ([Predicate]), and how good is the node for it
/// ([Priority]).
///
/// Promises:
/// - both are pure functions of the pod and the snapshot; they keep nothing between cycles;
/// - a predicate says in its verdict what a user should read, and in [Predicate#helpedBy()] which events can change its mind;
/// - scores are from 0 to 100 before they are weighted.
///
/// Follows upstream's scheduling framework with its extension points PreFilter/Filter and PreScore/Score. Read [Predicate].
@NullMarked
package io.moka.scheduler.framework;

import org.jspecify.annotations.NullMarked;
