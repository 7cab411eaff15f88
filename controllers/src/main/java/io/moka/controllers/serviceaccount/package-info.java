/// Gives each namespace what its pods need to speak to the apiserver: a ServiceAccount `default`, and the cluster's certificate
/// authority in the ConfigMap `kube-root-ca.crt`.
/// And each secret of the type `kubernetes.io/service-account-token` what it is made for: a token of its account that does not end.
///
/// Promises:
/// - what is deleted or changed by somebody is made again;
/// - a secret whose account has gone, or was never there, is deleted, and with it the token ends;
/// - only the secrets of that type are read.
///
/// The process signs those tokens itself, as upstream's does: the apiserver's TokenRequest gives none without an end. Upstream also
/// takes a deleted secret out of its account's `secrets`. Follows upstream's `ServiceAccountsController`, `rootcacertpublisher` and
/// `TokensController`. Read [NamespaceDefaultsReconciler], then [TokenReconciler].
@NullMarked
package io.moka.controllers.serviceaccount;

import org.jspecify.annotations.NullMarked;
