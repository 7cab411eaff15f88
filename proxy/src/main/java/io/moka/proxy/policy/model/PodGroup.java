package io.moka.proxy.policy.model;

import java.util.Map;

/// The common properties of pods that every policy treats alike, such as the pods of one Deployment.
public record PodGroup(String namespace, Map<String, String> labels, Map<PodFacts.NamedPort, Integer> namedPorts) {

    static PodGroup of(PodFacts pod) {
        return new PodGroup(pod.namespace(), pod.labels(), pod.namedPorts());
    }
}
