package io.moka.proxy.policy;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.policy.model.PodFacts;
import io.moka.proxy.policy.model.PolicyBook;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The cluster in which policies are tried: three namespaces of three pods each on the node `here`, each with the named ports `web` and `dns`; one more
/// pod that runs elsewhere, one in the network of its node, one that has ended.
public final class World {

    public static final String HERE = "here";

    /// Labels of each namespace.
    public final Map<String, Map<String, String>> namespaces = new LinkedHashMap<>();
    public final List<Pod> pods = new ArrayList<>();

    public World() {
        int number = 2;
        for (var namespace : List.of("x", "y", "z")) {
            namespaces.put(namespace, Map.of("ns", namespace, "kubernetes.io/metadata.name", namespace, "team", namespace.equals("z") ? "blue" : "red"));
            for (var name : List.of("a", "b", "c")) {
                pods.add(pod(namespace, name, HERE, number, false, "Running"));
                number++;
            }
        }
        pods.add(pod("x", "far", "there", 20, false, "Running"));
        pods.add(pod("x", "host", HERE, 30, true, "Running"));
        pods.add(pod("x", "done", HERE, 40, false, "Succeeded"));
    }

    /// The IPv4 address of a pod with this number.
    public static String address(int number) {
        return "10.244.0." + number;
    }

    private static Pod pod(String namespace, String name, String node, int number, boolean hostNetwork, String phase) {
        return new PodBuilder().withNewMetadata().withNamespace(namespace).withName(name).withUid("uid-" + namespace + "-" + name)
                .withLabels(Map.of("pod", name, "tier", name.equals("a") ? "front" : "back")).endMetadata()
                .withNewSpec().withNodeName(node).withHostNetwork(hostNetwork).addNewContainer().withPorts(ports(name)).endContainer().endSpec()
                .withNewStatus().withPhase(phase).withPodIP(address(number)).withPodIPs(new PodIP(address(number)), new PodIP("fd00::" + number)).endStatus().build();
    }

    /// The port `web` is 80 for most pods and 81 for those called c; `dns` is 81 by TCP and 80 by UDP; b has no named ports.
    private static List<ContainerPort> ports(String name) {
        if (name.equals("b")) {
            return List.of();
        }
        return List.of(new ContainerPortBuilder().withName("web").withContainerPort(name.equals("c") ? 81 : 80).build(),
                new ContainerPortBuilder().withName("dns").withProtocol("TCP").withContainerPort(81).build(),
                new ContainerPortBuilder().withName("dns").withProtocol("UDP").withContainerPort(80).build());
    }

    /// The pod with this `namespace/name`.
    public Pod pod(String name) {
        return pods.stream().filter(pod -> ObjectKey.of(pod).toString().equals(name)).findFirst().orElseThrow();
    }

    /// The pod of the pod network that has this address, if one has.
    public @Nullable Pod at(String address) {
        return pods.stream().filter(pod -> !Boolean.TRUE.equals(pod.getSpec().getHostNetwork()) && !"Succeeded".equals(pod.getStatus().getPhase()))
                .filter(pod -> pod.getStatus().getPodIPs().stream().anyMatch(ip -> ip.getIp().equals(address))).findFirst().orElse(null);
    }

    /// A new book of the node `here` that holds this world and these policies.
    public PolicyBook book(List<NetworkPolicy> policies) {
        var book = new PolicyBook(HERE);
        namespaces.forEach(book::putNamespace);
        pods.forEach(pod -> book.put(ObjectKey.of(pod), PodFacts.of(pod, PodFacts.reported(pod))));
        policies.forEach(book::put);
        return book;
    }
}
