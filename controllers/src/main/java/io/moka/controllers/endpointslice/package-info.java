/// Writes for each Service with a selector the addresses of its pods, as EndpointSlices of at most 100 endpoints each.
///
/// Promises:
/// - a change of few pods changes few slices: endpoints stay in the slice where they are, new ones fill up slices with room;
/// - slices made by others (another `managed-by` label) are left alone;
/// - each endpoint says whether it is ready, serves, and terminates, so that proxies can drain.
///
/// Follows upstream's `pkg/controller/endpointslice`. Read [EndpointSliceReconciler], then [SliceWriter], which
/// the controller that mirrors Endpoints uses, too.
@NullMarked
package io.moka.controllers.endpointslice;

import org.jspecify.annotations.NullMarked;
