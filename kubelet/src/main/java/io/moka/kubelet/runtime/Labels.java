package io.moka.kubelet.runtime;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The labels of every container, by which a restarted kubelet recognizes it. Labels that upstream has, too, have upstream's names.
final class Labels {

    static final String CLUSTER = "io.moka.cluster";
    static final String NODE = "io.moka.node";
    static final String HASH = "io.moka.container.hash";
    static final String IMAGE = "io.moka.container.image";
    static final String POD_NAME = "io.kubernetes.pod.name";
    static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";
    static final String POD_UID = "io.kubernetes.pod.uid";
    static final String CONTAINER = "io.kubernetes.container.name";
    static final String ATTEMPT = "io.kubernetes.container.restartCount";
    static final String SANDBOX = "io.kubernetes.sandbox.id";
    static final String TYPE = "io.kubernetes.docker.type";
    private static final String READER = "image-reader";

    private final String cluster;
    private final String node;

    Labels(String cluster, String node) {
        this.cluster = cluster;
        this.node = node;
    }

    /// Returns the filter that selects exactly this node's containers.
    List<String> selector() {
        return List.of(CLUSTER + "=" + cluster, NODE + "=" + node);
    }

    Map<String, String> of(SandboxSpec spec) {
        var labels = common(spec.pod(), spec.attempt());
        labels.put(TYPE, "podsandbox");
        labels.put(CONTAINER, "");
        return labels;
    }

    Map<String, String> of(ContainerSpec spec) {
        var labels = common(spec.pod(), spec.attempt());
        labels.put(TYPE, "container");
        labels.put(CONTAINER, spec.name());
        labels.put(SANDBOX, spec.sandboxId());
        labels.put(HASH, spec.hash());
        labels.put(IMAGE, spec.image().requested());
        return labels;
    }

    /// Returns the labels of a container that only holds an image open while it is read.
    Map<String, String> ofReader() {
        return Map.of(CLUSTER, cluster, NODE, node, TYPE, READER);
    }

    List<String> readers() {
        return List.of(CLUSTER + "=" + cluster, NODE + "=" + node, TYPE + "=" + READER);
    }

    static PodIdentity pod(Map<String, String> labels) {
        return new PodIdentity(labels.getOrDefault(POD_UID, ""), labels.getOrDefault(POD_NAMESPACE, ""), labels.getOrDefault(POD_NAME, ""));
    }

    /// Returns the container's name, which is unique for each attempt and so makes creation idempotent.
    static String containerName(PodIdentity pod, String container, int attempt) {
        var name = container.isEmpty() ? "POD" : container;
        return "k8s_" + name + "_" + pod.name() + "_" + pod.namespace() + "_" + pod.uid() + "_" + attempt;
    }

    private Map<String, String> common(PodIdentity pod, int attempt) {
        var labels = new LinkedHashMap<String, String>();
        labels.put(CLUSTER, cluster);
        labels.put(NODE, node);
        labels.put(POD_UID, pod.uid());
        labels.put(POD_NAMESPACE, pod.namespace());
        labels.put(POD_NAME, pod.name());
        labels.put(ATTEMPT, Integer.toString(attempt));
        return labels;
    }
}
