package io.moka.proxy.policy.model;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.moka.machinery.meta.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Computes for each policy separately whether it allows one connection, by the same [PolicyBook] that the rules are made from.
public record PolicyTrial(List<NetworkPolicy> policies, List<Namespace> namespaces, List<Pod> pods) {

    /// A policy that isolates one end of the connection.
    ///
    /// @param allows whether it allows this connection; one policy that does is enough for an end
    public record Verdict(ObjectKey policy, Direction direction, boolean allows) {
    }

    /// The verdict of the policies that select the pod in a direction; none where the pod is not isolated.
    ///
    /// @param peer the other end
    /// @param port the connection's destination port, after all translation
    public List<Verdict> of(Pod pod, Direction direction, Address peer, Protocol protocol, int port) {
        var verdicts = new ArrayList<Verdict>();
        var own = PodFacts.reported(pod);
        for (var policy : policies) {
            if (Objects.equals(policy.getMetadata().getNamespace(), pod.getMetadata().getNamespace())) {
                for (var isolation : book(policy, pod).isolations().values()) {
                    if (isolation.direction() == direction && own.stream().anyMatch(isolation.pods()::contains)) {
                        verdicts.add(new Verdict(ObjectKey.of(policy), direction, isolation.allowed().allows(peer, protocol, port)));
                    }
                }
            }
        }
        return verdicts;
    }

    private PolicyBook book(NetworkPolicy policy, Pod selected) {
        var book = new PolicyBook(Objects.requireNonNullElse(selected.getSpec().getNodeName(), ""));
        namespaces.forEach(namespace -> book.putNamespace(namespace.getMetadata().getName(), Objects.requireNonNullElse(namespace.getMetadata().getLabels(), Map.of())));
        pods.forEach(pod -> book.put(ObjectKey.of(pod), PodFacts.of(pod, PodFacts.reported(pod))));
        try {
            book.put(policy);
        } catch (IllegalArgumentException unreadable) {
            // the book isolates the policy's pods all the same, and allows nothing
        }
        return book;
    }
}
