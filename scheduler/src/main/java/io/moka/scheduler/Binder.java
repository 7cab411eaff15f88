package io.moka.scheduler;

import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Status;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.Resources;
import io.moka.scheduler.cache.PodInfo;

/// Writes the decision: the pod's binding to its node.
final class Binder {

    private final Resources<Pod> pods;

    Binder(ApiClient client) {
        this.pods = client.resources(Pod.class);
    }

    /// @throws io.moka.machinery.client.ApiException when the pod is gone, is another one by now, or has a node already
    void bind(PodInfo pod, String node) {
        Binding binding = new BindingBuilder()
                .withNewMetadata().withNamespace(pod.key().namespace()).withName(pod.key().name()).withUid(pod.uid()).endMetadata()
                .withNewTarget().withApiVersion("v1").withKind("Node").withName(node).endTarget()
                .build();
        pods.createSubresource(pod.key().namespace(), pod.key().name(), "binding", binding, Status.class);
    }
}
