/// The desired state, independent of its implementation in the kernel: fronts (an address and port that clients use) and the backends behind each.
///
/// Promises:
/// - everything here is a value computed from Service and EndpointSlice objects and a [NodeView]; the same objects give the same values;
/// - a front without a ready backend is kept, so that a rule set can refuse or drop its connections;
/// - the fronts of one address family do not depend on the other family.
///
/// Follows upstream's `pkg/proxy` (`ServicePortMap`, `EndpointsMap`, `topology.go`). It differs in one point: where a load balancer's
/// source ranges include no range of a family, its addresses of that family admit no client; upstream opens them to all. Read [ServiceModel] first.
@NullMarked
package io.moka.proxy.model;

import org.jspecify.annotations.NullMarked;
