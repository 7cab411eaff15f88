/// The apiserver: the Kubernetes API over HTTP, on etcd.
///
/// - `ApiServer` is the process; `ServerParts` puts the parts together.
/// - Packages depend downwards: `http` and `rest` on `storage`, `strategy`, `schema`; those on `resource`, `status`, `json`.
/// - Nothing but `storage` speaks to etcd, nothing but `kubelet` to kubelets.
///
/// Upstream is three servers in a chain (aggregator, built-in kinds, custom resources); this is one.
///
/// Read `ApiServer` first.
@NullMarked
package io.moka.apiserver;

import org.jspecify.annotations.NullMarked;
