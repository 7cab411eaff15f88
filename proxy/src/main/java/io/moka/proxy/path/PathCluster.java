package io.moka.proxy.path;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ListOptions;
import io.moka.machinery.meta.ObjectKey;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The API objects from which one question is answered, read from the server for that question.
record PathCluster(List<Service> services, List<EndpointSlice> slices, List<Pod> pods, List<Node> nodes, List<NetworkPolicy> policies, List<Namespace> namespaces) {

    private static final String SERVICE_LABEL = "kubernetes.io/service-name";

    static PathCluster read(ApiClient api) {
        return new PathCluster(api.resources(Service.class).list("", ListOptions.all()).items(), api.resources(EndpointSlice.class).list("", ListOptions.all()).items(),
                api.resources(Pod.class).list("", ListOptions.all()).items(), api.resources(Node.class).list("", ListOptions.all()).items(),
                api.resources(NetworkPolicy.class).list("", ListOptions.all()).items(), api.resources(Namespace.class).list("", ListOptions.all()).items());
    }

    @Nullable Service service(ObjectKey key) {
        return services.stream().filter(service -> ObjectKey.of(service).equals(key)).findFirst().orElse(null);
    }

    List<EndpointSlice> slices(ObjectKey service) {
        return slices.stream().filter(slice -> service.namespace().equals(slice.getMetadata().getNamespace()) && slice.getMetadata().getLabels() != null
                && service.name().equals(slice.getMetadata().getLabels().get(SERVICE_LABEL))).toList();
    }

    @Nullable Pod pod(ObjectKey key) {
        return pods.stream().filter(pod -> ObjectKey.of(pod).equals(key)).findFirst().orElse(null);
    }

    /// The pod of the pod network that has the address.
    @Nullable Pod podAt(String address) {
        return pods.stream().filter(pod -> !Boolean.TRUE.equals(pod.getSpec().getHostNetwork()) && addresses(pod).contains(address)).findFirst().orElse(null);
    }

    static List<String> addresses(Pod pod) {
        return pod.getStatus() == null ? List.of() : pod.getStatus().getPodIPs().stream().map(ip -> ip.getIp()).filter(Objects::nonNull).toList();
    }

    /// The node's name, if it has the address.
    @Nullable String nodeAt(String address) {
        return nodes.stream().filter(node -> addresses(node).contains(address)).map(node -> node.getMetadata().getName()).findFirst().orElse(null);
    }

    @Nullable Node node(String name) {
        return nodes.stream().filter(node -> node.getMetadata().getName().equals(name)).findFirst().orElse(null);
    }

    static List<String> addresses(Node node) {
        return node.getStatus() == null ? List.of() : node.getStatus().getAddresses().stream().filter(address -> "InternalIP".equals(address.getType())).map(address -> address.getAddress()).toList();
    }
}
