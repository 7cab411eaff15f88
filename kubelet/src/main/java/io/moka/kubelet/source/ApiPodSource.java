package io.moka.kubelet.source;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.informer.SharedInformer;

/// The pods that are bound to the node in the API.
public final class ApiPodSource implements PodSource {

    private final SharedInformer<Pod> informer;

    public ApiPodSource(ApiClient client, String nodeName) {
        this.informer = SharedInformer.of(client, Pod.class).fields("spec.nodeName=" + nodeName).build();
    }

    @Override
    public void start(EventHandler<Pod> pods) {
        informer.addHandler(pods).start();
    }

    @Override
    public boolean hasSynced() {
        return informer.hasSynced();
    }

    @Override
    public boolean isReady() {
        return informer.isReady();
    }

    @Override
    public void close() {
        informer.close();
    }
}
