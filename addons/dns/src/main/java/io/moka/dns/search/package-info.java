/// The search path of the asking pod. The server walks it instead of the pod's resolver: one query instead of up to five pairs.
///
/// Promises:
/// - the path comes from the namespace, `dnsPolicy` and `dnsConfig` of the pod with the query's source address; when no pod or more than
///   one has the address (pods on the node's network), no path is used;
/// - only names that the resolver would ask next are asked: the first domain of the path must have
///   been tried, and a name with enough dots was asked unchanged before.
///
/// Follows CoreDNS' `autopath`, which knows the namespace alone. Read [SearchPaths] first.
@NullMarked
package io.moka.dns.search;

import org.jspecify.annotations.NullMarked;
