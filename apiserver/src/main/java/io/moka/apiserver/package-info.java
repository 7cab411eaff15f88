/// The apiserver: the Kubernetes API over HTTPS, on etcd, in six chapters. A chapter may use the chapters before it in this list, and none after it; an architecture
/// test checks that.
///
/// 1. `core`: resources and their schemas, the storage in etcd, and the REST verbs, which serve every kind alike.
/// 2. `front`: what a request passes before a verb serves it, and the paths beside the resources (discovery, OpenAPI, health).
/// 3. `kinds`: the rules of individual kinds, subresources, tables and warnings.
/// 4. `extension`: resources that come while the server runs, defined by users (CRDs) or served by other servers (APIServices), CEL, and calls to webhooks.
/// 5. `admission`: checks and changes of objects before they are written.
/// 6. `server`: creates the parts of all chapters and connects them.
///
/// `ApiServer` is the process. Only `core.storage` connects to etcd, and only `kinds.kubelet` connects to kubelets.
///
/// Upstream is three servers in a chain (aggregator, built-in kinds, custom resources); this is one.
///
/// Read `ApiServer` first, then `server.ServerParts`.
@NullMarked
package io.moka.apiserver;

import org.jspecify.annotations.NullMarked;
