package io.moka.scheduler;

import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Status;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.Resources;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.Bind;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Verdict;

/// Writes the pod's binding to its node through the API.
final class DefaultBinder implements Bind {

    private final Resources<Pod> pods;

    DefaultBinder(ApiClient client) {
        this.pods = client.resources(Pod.class);
    }

    @Override
    public String name() {
        return "DefaultBinder";
    }

    @Override
    public Verdict bind(CycleState state, PodInfo pod, String node) {
        Binding binding = new BindingBuilder()
                .withNewMetadata().withNamespace(pod.key().namespace()).withName(pod.key().name()).withUid(pod.uid()).endMetadata()
                .withNewTarget().withApiVersion("v1").withKind("Node").withName(node).endTarget()
                .build();
        pods.createSubresource(pod.key().namespace(), pod.key().name(), "binding", binding, Status.class);
        return Verdict.SUCCESS;
    }
}
