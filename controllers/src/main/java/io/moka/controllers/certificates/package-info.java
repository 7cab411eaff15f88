/// Certificate signing requests: a kubelet's own are approved, approved ones are signed with the cluster's authority, old ones go.
///
/// Promises:
/// - nothing is signed that is not approved, or that a signer's rules on subject, names and usages do not allow: that request fails
///   with the reason `SignerValidationFailure`;
/// - only requests for a kubelet's client certificate are approved here, and only for those who may by RBAC;
/// - a certificate lives as long as was asked for, at most `--cluster-signing-duration` and no longer than the authority;
/// - the authority's files are read for each signature, so one that was replaced is used at once, and its key is not kept in memory.
///
/// Upstream looks every hour for what to clean up; here each request goes at its own time. Follows upstream's `csrsigning`,
/// `csrapproving` and `csrcleaner`. Read [SignerRules], then [SigningReconciler].
@NullMarked
package io.moka.controllers.certificates;

import org.jspecify.annotations.NullMarked;
