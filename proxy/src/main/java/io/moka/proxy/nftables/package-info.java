/// Implements services as data in nftables: maps that the kernel looks up in constant time, whatever the number of services.
///
/// The way of a packet: prerouting or output → the chain `services` → the map `services`, from the front (address, protocol, port) to a verdict, or
/// `node-services` for node ports → one small chain for each *number* of endpoints in use: `pick-3` draws an index below 3 and looks the endpoint up in the map
/// `endpoints`, under front and index. With affinity the chain is `stick-3-10800`: the kernel remembers the endpoint's own number (not its place) for each
/// client, so it stays right when others come and go. Packets of pods and of the node look into `services-inside` first, which holds the fronts with
/// `externalTrafficPolicy: Local`. Packets that find no endpoint are refused or dropped in the filter chains.
///
/// Cost: a handful of look-ups for the first packet of a connection, none for later ones. A change touches only the elements of its service. Measured
/// figures are in the module's README.
///
/// Promises:
/// - a change of one service adds and deletes only that service's elements, in one transaction;
/// - a removed endpoint's place is taken by the last one, so all other places stay;
/// - the place of the last one leads to another endpoint for a second, as a packet may have drawn it before and look it up after the change;
/// - while all rules are replaced, a second table holds the new ones, so that no new connection meets empty chains;
/// - a chain exists for as long as a service uses it;
/// - connections to the service range that no element takes are refused at once, never left hanging;
/// - masquerading uses `fully-random`, so that two connections do not race for a source port;
/// - affinity remembers 65,535 clients for service addresses and as many for node ports (some 10 MiB); clients beyond that are balanced
///   without affinity until a place is free.
///
/// Upstream's nftables mode makes a chain for each service and each endpoint. Read [Table] first.
@NullMarked
package io.moka.proxy.nftables;

import org.jspecify.annotations.NullMarked;
