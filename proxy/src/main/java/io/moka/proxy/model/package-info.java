/// What the kernel is to do, without a word of how: fronts (an address and port that clients use) and the backends behind each.
///
/// Promises:
/// - everything here is a value computed from Service and EndpointSlice objects; the same objects give the same values;
/// - a front without a ready backend is still there, so that a rule set can refuse its connections.
///
/// Follows upstream's `pkg/proxy` (`ServicePortMap`, `EndpointsMap`). Read [ServiceModel] first.
@NullMarked
package io.moka.proxy.model;

import org.jspecify.annotations.NullMarked;
