package io.moka.controllers.common;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.Pods;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds the pods of a service, and the port of a pod that a service port targets. Both EndpointSlices and Endpoints are built from these.
public final class ServicePods {

    private ServicePods() {
    }

    /// Returns the service's pods that have an address and have not ended, by name.
    public static List<Pod> of(Service service, Lister<Pod> pods) {
        var selector = LabelSelector.ofLabels(service.getSpec().getSelector());
        return pods.list(service.getMetadata().getNamespace(), selector).stream()
                .filter(pod -> !Pods.isTerminal(pod) && pod.getStatus() != null && pod.getStatus().getPodIP() != null && !pod.getStatus().getPodIP().isEmpty())
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getName())).toList();
    }

    /// Returns the number of the targeted port of the pod, or null if the pod has no port of that name.
    public static @Nullable Integer targetPort(ServicePort port, Pod pod) {
        var target = port.getTargetPort();
        if (target == null) {
            return port.getPort();
        }
        if (target.getIntVal() != null) {
            return target.getIntVal() == 0 ? port.getPort() : target.getIntVal();
        }
        var protocol = port.getProtocol() == null ? "TCP" : port.getProtocol();
        var sidecars = pod.getSpec().getInitContainers().stream().filter(init -> "Always".equals(init.getRestartPolicy()));
        return Stream.concat(pod.getSpec().getContainers().stream(), sidecars).flatMap(container -> container.getPorts().stream())
                .filter(named -> target.getStrVal().equals(named.getName()) && protocol.equals(named.getProtocol() == null ? "TCP" : named.getProtocol()))
                .map(ContainerPort::getContainerPort).findFirst().orElse(null);
    }

    public static ObjectReference reference(Pod pod) {
        return new ObjectReferenceBuilder().withKind("Pod").withNamespace(pod.getMetadata().getNamespace()).withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid()).build();
    }

    /// Returns the pod's `hostname` if its `subdomain` names this service, else null. It becomes the pod's own DNS name under the service.
    public static @Nullable String hostname(Service service, Pod pod) {
        boolean named = service.getMetadata().getName().equals(pod.getSpec().getSubdomain());
        return named && pod.getSpec().getHostname() != null && !pod.getSpec().getHostname().isEmpty() ? pod.getSpec().getHostname() : null;
    }

    public static boolean isHeadless(Service service) {
        return "None".equals(service.getSpec().getClusterIP());
    }
}
