package io.moka.proxy.model;

/// This node's answer to a load balancer's health check of a service with `externalTrafficPolicy: Local`.
///
/// @param port the service's `healthCheckNodePort`
/// @param localEndpoints how many ready endpoints of the service are on this node
public record HealthCheck(String namespace, String name, int port, int localEndpoints) {
}
