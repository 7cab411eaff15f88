/// The Common Expression Language with Kubernetes' own functions, based on Google's implementation.
///
/// - No class of the language's implementation is loaded before the first expression is compiled. Callers ensure this by referring to
/// this package only where they have an expression to compile.
/// - An expression is compiled once, against the types of its variables, and may then be evaluated by any thread.
/// - Evaluation is bounded: each step has a cost, as have every ten characters, and evaluation ends when the [CostBudget] is used up.
/// - Functions whose result may be far bigger than their arguments have a bound of their own ([TextFunctions]).
///
/// - The maximum cost of an expression over a schema's values is estimated beforehand ([CostEstimator]) with upstream's arithmetic, so that
/// definitions whose rules might be too expensive are rejected here as upstream.
///
/// Upstream uses that arithmetic at run-time too; here each step costs 1, whatever it does.
///
/// The initializers of mutations (`Object{...}`, `JSONPatch{...}`) are rewritten as calls before they are checked, as their fields have no declared types
/// ([ObjectInitializers]); the results are converted back to JSON ([JsonValues]).
///
/// Read `CelEnvironment` first, then `KubernetesLibrary`.
@NullMarked
package io.moka.apiserver.extension.cel;

import org.jspecify.annotations.NullMarked;
