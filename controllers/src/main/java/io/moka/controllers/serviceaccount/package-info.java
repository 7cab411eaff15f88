/// Gives each namespace what its pods need to speak to the apiserver: a ServiceAccount `default`, and the cluster's certificate
/// authority in the ConfigMap `kube-root-ca.crt`.
///
/// Promises: what is deleted or changed by somebody is made again. Follows upstream's `ServiceAccountsController` and
/// `rootcacertpublisher`. Read [NamespaceDefaultsReconciler].
@NullMarked
package io.moka.controllers.serviceaccount;

import org.jspecify.annotations.NullMarked;
