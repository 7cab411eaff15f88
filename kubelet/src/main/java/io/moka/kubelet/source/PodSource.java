package io.moka.kubelet.source;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.informer.EventHandler;

/// Brings the pods that this node is to run. The API is such a source ([ApiPodSource]); a folder of manifests could be another.
public interface PodSource extends AutoCloseable {

    /// Begins to bring pods, and each change of them, one after the other on one thread.
    void start(EventHandler<Pod> pods);

    /// Whether every pod of the node has been brought once. Before that, none that is missing counts as deleted.
    boolean hasSynced();

    /// Whether changes of pods arrive: every pod has been brought once, and the source has not been away for long since.
    boolean isReady();

    @Override
    void close();
}
