/// What the tokens for joining need besides the apiserver, which accepts them: an end, and a signature by which a machine that knows nothing
/// but a token can trust what everybody may read.
///
/// Promises:
/// - a secret of the type `bootstrap.kubernetes.io/token` in `kube-system` is deleted when its `expiration` has come, or cannot be read as a time;
/// - the ConfigMap `cluster-info` of `kube-public` has for each token that may sign (`usage-bootstrap-signing`) the key `jws-kubeconfig-<id>`: a JWS
///   (HS256) over its `kubeconfig`, without the payload, made with the token's secret part. Signatures of tokens that have gone are removed;
/// - nobody is asked to make `cluster-info`, and it is not made here.
///
/// Follows upstream's `TokenCleaner` and `Signer`, which there run only when asked for. Read [BootstrapToken], then the reconcilers.
@NullMarked
package io.moka.controllers.bootstrap;

import org.jspecify.annotations.NullMarked;
