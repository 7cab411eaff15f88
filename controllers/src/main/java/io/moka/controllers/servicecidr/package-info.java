/// Says of each ServiceCIDR that it is ready, and keeps it for as long as addresses are in use that no other range has.
///
/// Promises: a range carries its finalizer before it is called ready; it goes only when the server has said that no service has one of its
/// addresses, and ten seconds after its deletion at the earliest, so that every server has stopped giving out its addresses.
///
/// Follows upstream's `servicecidrs`, but asks the server for the addresses when a range is to go, and again every two seconds, instead of
/// keeping all of them. Read [RangeReconciler].
@NullMarked
package io.moka.controllers.servicecidr;

import org.jspecify.annotations.NullMarked;
