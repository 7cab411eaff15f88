/// The cluster's names as a function of its objects: a question and a [ClusterView] give an [Answer]. No network, no clock, no state.
///
/// Promises:
/// - the names of the Kubernetes DNS specification 1.1.0: services, headless services and their endpoints, ports (SRV), addresses (PTR),
///   external names, pods, `dns-version`, and the zone's own SOA and NS;
/// - a name that exists without a record of the asked type is distinguished from a name that does not exist ([Answer.NoData], [Answer.NoName]);
/// - a question costs a few look-ups in indices, however many objects there are, and time in proportion to the length of the answer;
/// - each answer has a [Reason]: the rule that applied and the object that it was applied to.
///
/// Differences from upstream's CoreDNS: a pod's name (`10-1-2-3.shop.pod`) exists only while a pod of that namespace has the address (CoreDNS'
/// `pods verified`; its usual configuration answers for every address); a reverse name exists for endpoints of headless services alone; an external
/// name that looks like an address stays a name, as the API documents it. Wildcards do not exist. Read [Names] first, then [Zone].
@NullMarked
package io.moka.dns.zone;

import org.jspecify.annotations.NullMarked;
