package io.moka.proxy.policy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import org.jspecify.annotations.Nullable;

/// Removes all fields of a pod that policies do not need, so that a cache of all pods of the cluster stays small.
final class PodTrim {

    private PodTrim() {
    }

    static Pod trim(Pod pod) {
        var metadata = pod.getMetadata();
        var spec = pod.getSpec();
        return new PodBuilder()
                .withMetadata(new ObjectMetaBuilder().withNamespace(metadata.getNamespace()).withName(metadata.getName()).withUid(metadata.getUid())
                        .withResourceVersion(metadata.getResourceVersion()).withCreationTimestamp(metadata.getCreationTimestamp())
                        .withLabels(metadata.getLabels()).withAnnotations(LocalPods.staticUid(pod)).build())
                .withNewSpec().withNodeName(spec.getNodeName()).withHostNetwork(spec.getHostNetwork())
                .withContainers(spec.getContainers().stream().map(PodTrim::ports).toList())
                .withInitContainers(spec.getInitContainers().stream().map(PodTrim::ports).toList()).endSpec()
                .withStatus(trim(pod.getStatus()))
                .build();
    }

    private static Container ports(Container container) {
        return new ContainerBuilder().withName(container.getName()).withRestartPolicy(container.getRestartPolicy()).withPorts(container.getPorts()).build();
    }

    private static PodStatus trim(@Nullable PodStatus status) {
        return status == null ? new PodStatus()
                : new PodStatusBuilder().withPhase(status.getPhase()).withPodIP(status.getPodIP()).withPodIPs(status.getPodIPs()).build();
    }
}
