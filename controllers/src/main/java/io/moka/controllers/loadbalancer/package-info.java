/// Gives services of type LoadBalancer their addresses: `status.loadBalancer.ingress`.
///
/// Two sources of addresses, chosen by `spec.loadBalancerClass` (`moka.io/node`, `moka.io/pool`) or, where a service has no class, by the annotation
/// `moka.io/load-balancer-source` (`node`, which is the default, or `pool`). A service of any other class is left alone.
///
/// - `node`: the addresses of all nodes that can serve it. A port of the nodes belongs to one service; a second service that wants it gets no address, and its
///   event names the first.
/// - `pool`: one address for each family of the service, out of the ranges in the config map `kube-system/moka-load-balancer` (pool name → ranges). The proxies
///   of the nodes announce it.
///
/// Promises:
/// - a service keeps its address for as long as the address is valid; the addresses are recorded only in the services' statuses;
/// - an address of a pool has one owner, or several that share it by the same `moka.io/load-balancer-sharing-key` with different ports;
/// - the condition `moka.io/AddressAssigned` says why a service has no address; an event reports that once.
///
/// Upstream leaves this to cloud providers (`service-lb-controller`); MetalLB's allocator and k3s' ServiceLB are the models here. Read [BalancerPlan].
@NullMarked
package io.moka.controllers.loadbalancer;

import org.jspecify.annotations.NullMarked;
