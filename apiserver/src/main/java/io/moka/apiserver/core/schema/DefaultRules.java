package io.moka.apiserver.core.schema;

/// The defaults that depend on other fields, by type.
///
/// A switch rather than a map, so that a function is linked when its type is first used, and the start of the server pays for none of them.
final class DefaultRules {

    private static final String CORE = "io.k8s.api.core.v1.";

    private DefaultRules() {
    }

    static DefaultRule of(String typeName) {
        return switch (typeName) {
            case CORE + "Pod" -> PodDefaults::pod;
            case CORE + "PodSpec" -> PodDefaults::podSpec;
            case CORE + "Container" -> PodDefaults::container;
            case CORE + "EphemeralContainer" -> PodDefaults::container;
            case CORE + "Volume" -> PodDefaults::volume;
            case CORE + "Service" -> ServiceDefaults::service;
            case CORE + "LoadBalancerIngress" -> ServiceDefaults::balancer;
            case CORE + "ServicePort" -> ServiceDefaults::port;
            case CORE + "Namespace" -> ObjectDefaults::namespace;
            case CORE + "NodeStatus" -> ObjectDefaults::nodeStatus;
            case CORE + "Secret" -> ObjectDefaults::secret;
            case CORE + "LimitRangeItem" -> ObjectDefaults::limitRangeItem;
            case CORE + "ReplicationController" -> WorkloadDefaults::replicationController;
            case "io.k8s.api.apps.v1.DeploymentStrategy" -> WorkloadDefaults::deploymentStrategy;
            case "io.k8s.api.apps.v1.DaemonSetUpdateStrategy" -> WorkloadDefaults::daemonSetStrategy;
            case "io.k8s.api.apps.v1.StatefulSet" -> WorkloadDefaults::statefulSet;
            case "io.k8s.api.apps.v1.StatefulSetUpdateStrategy" -> WorkloadDefaults::statefulSetStrategy;
            case "io.k8s.api.batch.v1.Job" -> WorkloadDefaults::job;
            case "io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec" -> WorkloadDefaults::autoscaler;
            case "io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerBehavior" -> WorkloadDefaults::scalingBehavior;
            case "io.k8s.api.networking.v1.NetworkPolicySpec" -> ObjectDefaults::networkPolicy;
            case "io.k8s.api.resource.v1.ExactDeviceRequest" -> DeviceRules::defaultCount;
            case "io.k8s.api.resource.v1.DeviceSubRequest" -> DeviceRules::defaultCount;
            case "io.k8s.api.resource.v1.DeviceTaint" -> DeviceRules::defaultTime;
            case "io.k8s.api.rbac.v1.Subject" -> ObjectDefaults::subject;
            default -> DefaultRule.NONE;
        };
    }
}
