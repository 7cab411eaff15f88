/// The DNS server: receives queries over UDP and TCP and answers them.
///
/// Promises:
/// - names of the cluster fail (SERVFAIL) until all informers have synced, and are then answered from their caches, also while the apiserver is away;
/// - a query that needs no waiting is answered on the thread that received it; any other on a virtual thread of its own, whose number
///   the forwarder limits;
/// - an answer is no longer than the client accepts: for a datagram 512 bytes, or the EDNS size up to 1,232; a truncated one is requested again by TCP;
/// - at most 256 TCP connections, closed after ten idle seconds, or when an answer is not read within that time; further ones are closed at once;
/// - a query that is not one question of class IN is refused with the code that the RFCs define for it; messages that are answers are ignored.
///
/// Read [Resolver] first, then [Responder].
@NullMarked
package io.moka.dns.server;

import org.jspecify.annotations.NullMarked;
