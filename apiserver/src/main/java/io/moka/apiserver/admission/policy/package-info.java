/// Admission policies: rules in the form of API objects, which refuse requests (ValidatingAdmissionPolicy) or change their objects
/// (MutatingAdmissionPolicy), without a webhook.
///
/// - A policy has no effect without a binding. It is evaluated once for each binding that the request matches and each parameter object.
/// - Expressions that do not compile are refused when a policy is written; if such a policy is stored all the same, its `failurePolicy` decides whether
///   the requests that it matches fail or go on.
/// - Variables are evaluated when an expression first reads them, once for each evaluation of the policy.
/// - The cost of evaluation is limited by budgets, one for conditions and one for everything else.
/// - The status of a validating policy is written by a loop in this package (`PolicyStatus`) rather
///   than by a controller, since types and expressions are implemented here.
///
/// As upstream, costs are not estimated beforehand and `object` has no static type, since a policy may match any kind; the result of a mutation is
/// checked against the kind's schema when it is applied.
///
/// Read `Policy` first, then `ValidatingPolicies` and `ValidationProgram`.
@NullMarked
package io.moka.apiserver.admission.policy;

import org.jspecify.annotations.NullMarked;
