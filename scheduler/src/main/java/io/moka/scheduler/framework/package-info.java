/// The extension points of scheduling, as interfaces: a plugin is a class that implements one or more of them.
///
/// ```
/// PreEnqueue → QueueSort → PreFilter → Filter → (PostFilter, if no node fits) → PreScore → Score → Reserve → Permit → PreBind → Bind → PostBind
/// ```
///
/// Promises:
/// - between cycles a plugin keeps only values that it can compute again; values of one pod's cycle are in its [CycleState];
/// - a [Verdict] holds the message for the user, and whether preemption can help;
/// - [Plugin#helpedBy()] and [Plugin#helps] say which changes can turn a refusal into a success;
/// - scores are from 0 to 100 before they are weighted.
///
/// The seeds call a [Filter] a predicate and a [Score] a priority. Follows upstream's scheduling framework; differs in that Filter and Score read the pod once
/// and return a function of the node, and that a Permit plugin cannot let a pod wait. Read [Filter], then [Filters].
@NullMarked
package io.moka.scheduler.framework;

import org.jspecify.annotations.NullMarked;
