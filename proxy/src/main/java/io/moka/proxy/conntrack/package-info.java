/// Removes entries from the kernel's connection table that a change of rules leaves behind: UDP flows to endpoints that their front no longer has.
///
/// Promises:
/// - flows of a UDP front that lost an endpoint, or got its first, are deleted if they do not lead to an endpoint of the front;
/// - TCP connections are left alone: their endpoint ends them;
/// - the output of tools is read as JSON or XML, never as text made for people.
///
/// Follows upstream's `pkg/proxy/conntrack`. Read [UdpFlows] first.
@NullMarked
package io.moka.proxy.conntrack;

import org.jspecify.annotations.NullMarked;
