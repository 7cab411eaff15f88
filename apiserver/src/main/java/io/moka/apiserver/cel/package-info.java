/// The Common Expression Language as Kubernetes speaks it: Google's implementation, with Kubernetes' own functions added.
///
/// - No class of the language's implementation is loaded before the first expression is compiled. Callers keep to that by naming
///   this package only where they have an expression in hand.
/// - An expression is compiled once, against the types of its variables, and may then be evaluated by any thread.
/// - Evaluation is bounded: every step costs, so does every ten characters, and a [CostBudget] that is used up ends it.
/// - Functions whose result may be far bigger than what they are given have a bound of their own ([TextFunctions]).
///
/// - What an expression over a schema's values may cost at most is estimated beforehand ([CostEstimator]), in upstream's arithmetic, so that
///   definitions whose rules might be too dear are refused here as there.
///
/// Upstream counts in that arithmetic at run-time too; here a step costs 1, whatever it does.
///
/// What mutations write (`Object{...}`, `JSONPatch{...}`) is turned into calls before it is checked, as nobody declares the fields
/// ([ObjectInitializers]); what they come to is JSON again ([JsonValues]).
///
/// Read `CelEnvironment` first, then `KubernetesLibrary`.
@NullMarked
package io.moka.apiserver.cel;

import org.jspecify.annotations.NullMarked;
