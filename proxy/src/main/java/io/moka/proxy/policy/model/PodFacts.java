package io.moka.proxy.policy.model;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.moka.machinery.meta.Pods;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The properties of a pod of the pod network on which policies depend.
///
/// @param node empty while the pod is not scheduled
/// @param addresses sorted, without duplicates
/// @param namedPorts the container ports with a name
public record PodFacts(String namespace, String name, Map<String, String> labels, String node, List<Address> addresses, Map<NamedPort, Integer> namedPorts) {

    /// The name of a container port, which may have another number for each protocol.
    public record NamedPort(Protocol protocol, String name) {
    }

    /// Returns null for a pod to which neither policies nor peer selectors apply: it is in the node's own network, or its containers have ended.
    ///
    /// @param addresses the pod's addresses
    public static @Nullable PodFacts of(Pod pod, Collection<Address> addresses) {
        var spec = pod.getSpec();
        if (Boolean.TRUE.equals(spec.getHostNetwork()) || Pods.isTerminal(pod)) {
            return null;
        }
        var labels = pod.getMetadata().getLabels() == null ? Map.<String, String>of() : Map.copyOf(pod.getMetadata().getLabels());
        return new PodFacts(pod.getMetadata().getNamespace(), pod.getMetadata().getName(), labels, Objects.requireNonNullElse(spec.getNodeName(), ""),
                List.copyOf(new TreeSet<>(addresses)), namedPorts(pod));
    }

    /// Returns the addresses in the pod's status. Invalid ones are left out.
    public static List<Address> reported(Pod pod) {
        if (pod.getStatus() == null) {
            return List.of();
        }
        var texts = new ArrayList<>(pod.getStatus().getPodIPs().stream().map(PodIP::getIp).toList());
        texts.add(pod.getStatus().getPodIP());
        var addresses = new TreeSet<Address>();
        for (var text : texts) {
            try {
                if (text != null && !text.isEmpty()) {
                    addresses.add(Address.parse(text));
                }
            } catch (IllegalArgumentException notAnAddress) {
                continue;
            }
        }
        return List.copyOf(addresses);
    }

    /// Follows upstream's `FindPort`: the first container with a port of that name counts; init containers count if they are sidecars.
    private static Map<NamedPort, Integer> namedPorts(Pod pod) {
        var ports = new HashMap<NamedPort, Integer>();
        pod.getSpec().getContainers().forEach(container -> collect(container, ports));
        pod.getSpec().getInitContainers().stream().filter(container -> "Always".equals(container.getRestartPolicy()))
                .forEach(container -> collect(container, ports));
        return Map.copyOf(ports);
    }

    private static void collect(Container container, Map<NamedPort, Integer> ports) {
        for (var port : container.getPorts()) {
            if (port.getName() != null && !port.getName().isEmpty() && Protocol.isKnown(port.getProtocol())) {
                ports.putIfAbsent(new NamedPort(Protocol.of(port.getProtocol()), port.getName()), port.getContainerPort());
            }
        }
    }
}
