/// Marks each ServiceCIDR as ready, and keeps it for as long as addresses are in use that are in no other range.
///
/// Promises: a range has its finalizer before it is marked as ready; the finalizer is removed only when the server shows that no service has one of the range's
/// addresses, and ten seconds after its deletion at the earliest, so that every server has stopped giving out its addresses.
///
/// Follows upstream's `servicecidrs`, but reads the addresses from the server when a range is deleted, and again every two seconds, instead of caching all of
/// them. Read [RangeReconciler].
@NullMarked
package io.moka.controllers.servicecidr;

import org.jspecify.annotations.NullMarked;
