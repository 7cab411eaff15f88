/// Creates in each namespace the objects that its pods need to speak to the apiserver: a ServiceAccount `default`, and the cluster's certificate authority in
/// the ConfigMap `kube-root-ca.crt`. Also writes into each secret of the type `kubernetes.io/service-account-token` a token of its account that does not
/// expire.
///
/// Promises:
/// - objects that were deleted or changed are restored;
/// - a secret whose account is gone, or never existed, is deleted, which makes its token invalid;
/// - only the secrets of that type are read.
///
/// The process signs those tokens itself, as upstream's does: the apiserver's TokenRequest gives no tokens that do not expire. Upstream also removes a deleted
/// secret from its account's `secrets`. Follows upstream's `ServiceAccountsController`, `rootcacertpublisher` and `TokensController`. Read
/// [NamespaceDefaultsReconciler], then [TokenReconciler].
@NullMarked
package io.moka.controllers.serviceaccount;

import org.jspecify.annotations.NullMarked;
