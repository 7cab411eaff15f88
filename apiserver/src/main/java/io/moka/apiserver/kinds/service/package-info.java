/// Services: the rules for writing them, and the allocation of their addresses and node ports.
///
/// - An address or port of a service is given to no other service until the first one releases it, whichever server allocated it.
/// - A service's addresses and their IPAddress objects are written and removed together.
/// - Allocated values are a `Reservation`, which is released if the write fails.
///
/// Upstream has allocators that write an IPAddress before the service, and a bitmap of node ports in etcd.
///
/// Read `ServiceStrategy` first; for addresses `ClusterAddresses` and `ServiceReservation`.
@NullMarked
package io.moka.apiserver.kinds.service;

import org.jspecify.annotations.NullMarked;
