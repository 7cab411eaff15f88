/// Controllers for bootstrap tokens, with which new nodes join: one deletes expired tokens, the other signs the public ConfigMap `cluster-info`, so
/// that a machine that has only a token can trust it. The apiserver accepts the tokens.
///
/// Promises:
/// - a secret of the type `bootstrap.kubernetes.io/token` in `kube-system` is deleted when its `expiration` has come, or cannot be read as a time;
/// - the ConfigMap `cluster-info` of `kube-public` has for each token that may sign (`usage-bootstrap-signing`) the key `jws-kubeconfig-<id>`: a JWS
///   (HS256) over its `kubeconfig`, without the payload, made with the token's secret part. Signatures of tokens that have gone are removed;
/// - these controllers do not create `cluster-info`; without it, nothing is signed.
///
/// Follows upstream's `TokenCleaner` and `Signer`, which run there only when enabled. Read [BootstrapToken], then the reconcilers.
@NullMarked
package io.moka.controllers.bootstrap;

import org.jspecify.annotations.NullMarked;
