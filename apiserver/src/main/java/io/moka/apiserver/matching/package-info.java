/// Whether an extension of admission is asked about a request: the rules, selectors and conditions that webhooks and policies have in common,
/// and what their expressions are told.
///
/// - Rules are looked at first, as they cost nothing; selectors next; conditions, which are expressions, last.
/// - A rule that names another version of the same resource matches too (`matchPolicy: Equivalent`); the request is then shown in that version.
/// - Expressions are compiled when the first request comes to them, and the language's implementation is loaded no earlier.
/// - What is derived from configuration is kept until an object of its type changes: a cluster without any pays one comparison a request.
/// - The configuration of admission itself is beyond the reach of all of it, so that nobody locks himself out.
///
/// Upstream gives the objects of `deletecollection` to admission without their names; here each has its own.
///
/// Read `Criteria` first, then `MatchConditions`.
@NullMarked
package io.moka.apiserver.matching;

import org.jspecify.annotations.NullMarked;
