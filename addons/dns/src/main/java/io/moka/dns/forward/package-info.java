/// Names outside of the cluster: forwarded to the nodes' name servers, and cached.
///
/// Promises:
/// - servers are asked in order. After 80 ms without an answer the next server is asked too; a
///   server that does not answer gets no more questions until it has answered a probe;
/// - equal questions at the same time are forwarded once; at most 1,000 wait, further ones fail at once;
/// - answers are cached for their time to live, an hour at most, negative ones for what their SOA record says, half an hour at most; the cache holds at most
///   8 MiB and evicts the least recently used answer first;
/// - an answer past its time to live is used for another hour while no server answers, or none within 300 ms (RFC 8767);
/// - a truncated answer is requested again by TCP;
/// - an upstream server that forwards to this server is found by a query for a unique name, and gets no more questions.
///
/// Follows CoreDNS' `forward`, `cache` and `loop`, with their defaults where nothing else is said here. Read [Forwarder] first.
@NullMarked
package io.moka.dns.forward;

import org.jspecify.annotations.NullMarked;
