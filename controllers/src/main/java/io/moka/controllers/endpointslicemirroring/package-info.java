/// Copies Endpoints of Services without a selector, which users or other programs wrote, into EndpointSlices, since proxies read only these.
///
/// Promises:
/// - the slices follow their Endpoints object: each set of ports has slices of its own, each address says whether it is ready;
/// - Endpoints of a service with a selector, of no service, of a leader election, or with `endpointslice.kubernetes.io/skip-mirror`
///   are not copied, and copies made before are deleted;
/// - slices made by others are left alone.
///
/// Follows upstream's `pkg/controller/endpointslicemirroring`. Read [MirroringReconciler].
@NullMarked
package io.moka.controllers.endpointslicemirroring;

import org.jspecify.annotations.NullMarked;
