package io.moka.proxy.model;

import java.util.List;

/// The properties of this node on which the fronts and their endpoints depend.
///
/// @param name the node whose endpoints a `Local` traffic policy selects
/// @param zone the node's zone; empty if it has none
/// @param nodePortAddresses ranges of the addresses at which node ports are served, of both families
/// @param externalIps whether `spec.externalIPs` of services become fronts
public record NodeView(String name, String zone, List<String> nodePortAddresses, boolean externalIps) {
}
