/// Admission policies: rules that objects of the API hold, which refuse requests (ValidatingAdmissionPolicy) or change their objects
/// (MutatingAdmissionPolicy), with no service to call.
///
/// - A policy does nothing without a binding. It is evaluated once for each binding that the request matches and each object of parameters.
/// - Expressions that do not compile are refused when a policy is written; what is stored anyway fails the requests that it matches, or is
///   passed over, as the policy's `failurePolicy` says.
/// - Variables are evaluated when an expression first asks for them, once for each evaluation of the policy.
/// - Evaluation is bounded by budgets of cost, one for conditions and one for everything else.
/// - The status of a validating policy is written by a loop here (`PolicyStatus`) rather than in the controllers, since types and expressions are
///   at home here.
///
/// As upstream, neither costs are estimated beforehand nor `object` has a type here, since a policy may be about any kind; what a mutation makes is
/// held against the kind's schema when it is applied.
///
/// Read `Policy` first, then `ValidatingPolicies` and `ValidationProgram`.
@NullMarked
package io.moka.apiserver.policy;

import org.jspecify.annotations.NullMarked;
