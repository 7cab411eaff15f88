package io.moka.controllers.endpointslice;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.moka.controllers.common.ServicePods;
import io.moka.machinery.meta.Pods;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Converts a service and its pods into the labels and endpoints of its slices.
final class Slices {

    private Slices() {
    }

    /// Returns the labels that the slices take from the service: the service's own, and the `headless` label if it is a headless one.
    static Map<String, String> labels(Service service) {
        var labels = new TreeMap<String, String>();
        if (service.getMetadata().getLabels() != null) {
            labels.putAll(service.getMetadata().getLabels());
        }
        if (ServicePods.isHeadless(service)) {
            labels.put("service.kubernetes.io/headless", "");
        }
        return labels;
    }

    /// Returns the endpoints, grouped by their ports: a named target port may be another number in each pod.
    static Map<List<EndpointPort>, List<Endpoint>> endpoints(Service service, List<Pod> pods, Map<String, String> zones) {
        var byPorts = new LinkedHashMap<List<EndpointPort>, List<Endpoint>>();
        for (var pod : pods) {
            byPorts.computeIfAbsent(ports(service, pod), ports -> new ArrayList<>()).add(endpoint(service, pod, zones.get(pod.getSpec().getNodeName())));
        }
        return byPorts;
    }

    private static List<EndpointPort> ports(Service service, Pod pod) {
        var ports = new ArrayList<EndpointPort>();
        for (var port : service.getSpec().getPorts()) {
            var number = ServicePods.targetPort(port, pod);
            if (number != null) {
                ports.add(new EndpointPortBuilder().withName(port.getName() == null ? "" : port.getName()).withPort(number)
                        .withProtocol(port.getProtocol() == null ? "TCP" : port.getProtocol()).withAppProtocol(port.getAppProtocol()).build());
            }
        }
        return ports;
    }

    private static Endpoint endpoint(Service service, Pod pod, @Nullable String zone) {
        boolean serving = Pods.isReady(pod);
        boolean terminating = Pods.isTerminating(pod);
        boolean ready = Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses()) || serving && !terminating;
        return new EndpointBuilder().withAddresses(pod.getStatus().getPodIP())
                .withNewConditions().withReady(ready).withServing(serving).withTerminating(terminating).endConditions()
                .withNodeName(pod.getSpec().getNodeName()).withZone(zone).withHostname(ServicePods.hostname(service, pod))
                .withTargetRef(ServicePods.reference(pod)).withHints(Hints.of(service, ready, pod.getSpec().getNodeName(), zone))
                .build();
    }
}
