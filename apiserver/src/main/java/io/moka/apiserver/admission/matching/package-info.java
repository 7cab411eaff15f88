/// Decides whether a webhook or policy applies to a request, by the rules, selectors and conditions that both have in common, and provides the
/// variables of their expressions.
///
/// - Rules are matched first, as they are cheapest; selectors next; conditions, which are expressions, last.
/// - A rule that names another version of the same resource matches too (`matchPolicy: Equivalent`); the request is then converted to that version.
/// - Expressions are compiled when they are first needed, and the expression language's implementation is loaded no earlier.
/// - Values derived from configuration are kept until an object of its type changes: without such objects a request costs one comparison.
/// - Webhooks and policies never apply to the configuration of admission itself, so that nobody locks himself out.
///
/// Upstream passes the objects of `deletecollection` to admission without their names; here each has its own.
///
/// Read `Criteria` first, then `MatchConditions`.
@NullMarked
package io.moka.apiserver.admission.matching;

import org.jspecify.annotations.NullMarked;
