package io.moka.apiserver.schema;

import java.util.Map;

/// The rules that declarations cannot express, by type.
final class Rules {

    private static final String CORE = "io.k8s.api.core.v1.";
    private static final String APPS = "io.k8s.api.apps.v1.";
    private static final String NETWORKING = "io.k8s.api.networking.v1.";
    private static final String RBAC = "io.k8s.api.rbac.v1.";
    private static final String SCALING = "io.k8s.api.autoscaling.v2.";

    private static final Map<String, Rule> BY_TYPE = Map.ofEntries(
            Map.entry("io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector", SelectorRules::labelSelector),
            Map.entry("io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement", SelectorRules::labelRequirement),
            Map.entry(CORE + "NodeSelectorRequirement", SelectorRules::nodeRequirement),
            Map.entry(CORE + "PodSpec", PodRules::podSpec),
            Map.entry(CORE + "PodTemplateSpec", PodRules::template),
            Map.entry(CORE + "Toleration", PodRules::toleration),
            Map.entry(CORE + "Container", ContainerRules::container),
            Map.entry(CORE + "EphemeralContainer", ContainerRules::container),
            Map.entry(CORE + "EnvVar", ContainerRules::environment),
            Map.entry(CORE + "EnvFromSource", ContainerRules::environmentSource),
            Map.entry(CORE + "SecurityContext", ContainerRules::securityContext),
            Map.entry(CORE + "ResourceRequirements", ResourceRules::requirements),
            Map.entry(CORE + "Probe", ProbeRules::probe),
            Map.entry(CORE + "LifecycleHandler", ProbeRules::lifecycleHandler),
            Map.entry(CORE + "HTTPGetAction", ProbeRules::portOfAction),
            Map.entry(CORE + "TCPSocketAction", ProbeRules::portOfAction),
            Map.entry(CORE + "Volume", VolumeRules::volume),
            Map.entry(CORE + "VolumeProjection", VolumeRules::projection),
            Map.entry(CORE + "DownwardAPIVolumeFile", VolumeRules::downwardFile),
            Map.entry(CORE + "Service", ServiceRules::service),
            Map.entry(CORE + "ConfigMap", ConfigRules::configMap),
            Map.entry(CORE + "Secret", ConfigRules::secret),
            Map.entry(CORE + "Event", ObjectRules::event),
            Map.entry(CORE + "NodeSpec", NodeRules::nodeSpec),
            Map.entry(CORE + "EndpointSubset", EndpointRules::subset),
            Map.entry(CORE + "Endpoints", EndpointRules::endpoints),
            Map.entry("io.k8s.api.discovery.v1.EndpointSlice", EndpointRules::slice),
            Map.entry(CORE + "ReplicationControllerSpec", WorkloadRules::replicationController),
            Map.entry(CORE + "PersistentVolumeClaimSpec", StorageRules::claimSpec),
            Map.entry(CORE + "Binding", ObjectRules::binding),
            Map.entry(APPS + "DeploymentSpec", WorkloadRules::deployment),
            Map.entry(APPS + "ReplicaSetSpec", WorkloadRules::selectorMatchesTemplate),
            Map.entry(APPS + "DaemonSetSpec", WorkloadRules::daemonSet),
            Map.entry(APPS + "StatefulSetSpec", WorkloadRules::statefulSet),
            Map.entry("io.k8s.api.batch.v1.JobSpec", BatchRules::jobSpec),
            Map.entry("io.k8s.api.batch.v1.CronJobSpec", BatchRules::cronJobSpec),
            Map.entry(SCALING + "HorizontalPodAutoscalerSpec", ObjectRules::autoscaler),
            Map.entry("io.k8s.api.policy.v1.PodDisruptionBudgetSpec", ObjectRules::disruptionBudget),
            Map.entry(NETWORKING + "IngressSpec", NetworkRules::ingress),
            Map.entry(NETWORKING + "HTTPIngressPath", NetworkRules::ingressPath),
            Map.entry(NETWORKING + "IngressBackend", NetworkRules::ingressBackend),
            Map.entry(NETWORKING + "NetworkPolicyPeer", NetworkRules::policyPeer),
            Map.entry(NETWORKING + "NetworkPolicyPort", NetworkRules::policyPort),
            Map.entry(RBAC + "Role", RbacRules::role),
            Map.entry(RBAC + "ClusterRole", RbacRules::clusterRole),
            Map.entry(RBAC + "RoleBinding", RbacRules::roleBinding),
            Map.entry(RBAC + "ClusterRoleBinding", RbacRules::clusterRoleBinding),
            Map.entry("io.k8s.api.scheduling.v1.PriorityClass", ObjectRules::priorityClass));

    private Rules() {
    }

    static Rule of(String typeName) {
        return BY_TYPE.getOrDefault(typeName, Rule.NONE);
    }
}
