/// Relays traffic through this process: a socket accepts a client's connections or datagrams and forwards them to an endpoint.
///
/// Promises:
/// - an endpoint that does not answer within a second is passed over for the next;
/// - the connections and clients of a relay are bounded: TCP connections by a number of places that the relays of a process share, UDP clients for each relay;
///   at the bound, new connections are closed at once, and a new UDP client takes the place of the one that was silent longest;
/// - a half-closed connection stays half closed; an error on one side resets the other.
///
/// The mode userspace serves every front by a relay; the other modes only node ports at 127.0.0.1, where the kernel's rules cannot lead a packet out of the
/// loopback interface. Upstream had such relays in its userspace mode, which it removed in 1.26. Read [TcpRelay] first.
@NullMarked
package io.moka.proxy.relay;

import org.jspecify.annotations.NullMarked;
