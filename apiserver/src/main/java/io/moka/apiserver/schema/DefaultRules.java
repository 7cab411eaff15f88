package io.moka.apiserver.schema;

import java.util.Map;

/// The defaults that depend on other fields, by type.
final class DefaultRules {

    private static final String CORE = "io.k8s.api.core.v1.";

    private static final Map<String, DefaultRule> BY_TYPE = Map.ofEntries(
            Map.entry(CORE + "Pod", PodDefaults::pod),
            Map.entry(CORE + "PodSpec", PodDefaults::podSpec),
            Map.entry(CORE + "Container", PodDefaults::container),
            Map.entry(CORE + "EphemeralContainer", PodDefaults::container),
            Map.entry(CORE + "Volume", PodDefaults::volume),
            Map.entry(CORE + "Service", ServiceDefaults::service),
            Map.entry(CORE + "ServicePort", ServiceDefaults::port),
            Map.entry(CORE + "Namespace", ObjectDefaults::namespace),
            Map.entry(CORE + "NodeStatus", ObjectDefaults::nodeStatus),
            Map.entry(CORE + "Secret", ObjectDefaults::secret),
            Map.entry(CORE + "LimitRangeItem", ObjectDefaults::limitRangeItem),
            Map.entry(CORE + "ReplicationController", WorkloadDefaults::replicationController),
            Map.entry("io.k8s.api.apps.v1.DeploymentStrategy", WorkloadDefaults::deploymentStrategy),
            Map.entry("io.k8s.api.apps.v1.DaemonSetUpdateStrategy", WorkloadDefaults::daemonSetStrategy),
            Map.entry("io.k8s.api.apps.v1.StatefulSet", WorkloadDefaults::statefulSet),
            Map.entry("io.k8s.api.apps.v1.StatefulSetUpdateStrategy", WorkloadDefaults::statefulSetStrategy),
            Map.entry("io.k8s.api.batch.v1.Job", WorkloadDefaults::job),
            Map.entry("io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec", WorkloadDefaults::autoscaler),
            Map.entry("io.k8s.api.networking.v1.NetworkPolicySpec", ObjectDefaults::networkPolicy),
            Map.entry("io.k8s.api.rbac.v1.Subject", ObjectDefaults::subject));

    private DefaultRules() {
    }

    static DefaultRule of(String typeName) {
        return BY_TYPE.getOrDefault(typeName, DefaultRule.NONE);
    }
}
