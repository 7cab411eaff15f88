/// The special rules of single kinds: what is set at creation, kept on update, and how an object is deleted.
///
/// - A kind without special rules needs no file here.
/// - What kinds differ in by a yes or no (does a generation count, must an update name its revision, may who writes the status label it) is in
///   the table of `Strategies`.
/// - A strategy changes only the object it is given; what it takes for it (addresses, ports) it takes as a `Reservation`, which is
///   given up if the write fails.
/// - What a service has been given no other gets until the service lets go of it, whichever server gave it.
/// - A service's addresses and their IPAddress objects are written and removed together.
///
/// Upstream has a `strategy.go` for each kind, allocators that write an IPAddress before the service, and a bitmap of node ports in etcd.
///
/// Read `Strategy` first, then `PodStrategy` and `ServiceStrategy`; for addresses `ClusterAddresses` and `ServiceReservation`.
@NullMarked
package io.moka.apiserver.strategy;

import org.jspecify.annotations.NullMarked;
