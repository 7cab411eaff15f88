/// Handles certificate signing requests: approves those for a kubelet's own certificate, signs approved requests with the cluster's authority, deletes old
/// ones.
///
/// Promises:
/// - only approved requests are signed; an approved request that violates its signer's rules on subject, names and usages fails with the reason
///   `SignerValidationFailure`;
/// - only requests for a kubelet's client certificate are approved here, and only if RBAC allows it to the requester;
/// - a certificate is valid for as long as the request asks, at most `--cluster-signing-duration` and no longer than the authority;
/// - the authority's files are read for each signature, so a replaced authority is used at once, and its key is not kept in memory.
///
/// Upstream searches every hour for requests to delete; here each request is deleted when it expires. Follows upstream's `csrsigning`, `csrapproving` and
/// `csrcleaner`. Read [SignerRules], then [SigningReconciler].
@NullMarked
package io.moka.controllers.certificates;

import org.jspecify.annotations.NullMarked;
