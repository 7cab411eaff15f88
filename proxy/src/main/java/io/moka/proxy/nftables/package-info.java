/// Services as data in nftables: maps that the kernel looks up in constant time, whatever the number of services.
///
/// The table holds, for each kind of front (service addresses and node ports), a map from the front to a verdict and a map from the
/// front and an index to an endpoint. The verdict goes to one small chain for each *number* of endpoints in use: `pick-3`
/// draws an index below 3 and looks the endpoint up. So a service is a handful of map elements, never a chain.
///
/// Promises:
/// - a change of one service adds and deletes only that service's elements, in one transaction;
/// - a removed endpoint's place is taken by the last one, so all other places stay;
/// - connections to the service range that no element takes are refused at once, never left hanging;
/// - masquerading uses `fully-random`, so that two connections do not race for a source port.
///
/// Upstream's nftables mode makes a chain for each service and each endpoint. Read [Table] first.
@NullMarked
package io.moka.proxy.nftables;

import org.jspecify.annotations.NullMarked;
