package io.moka.apiserver.schema;

/// The rules that declarations cannot express, by type.
///
/// A switch, not a map: a function is linked when a type that has it is first used, so a start pays for none of them.
final class Rules {

    private static final String CORE = "io.k8s.api.core.v1.";
    private static final String APPS = "io.k8s.api.apps.v1.";
    private static final String NETWORKING = "io.k8s.api.networking.v1.";
    private static final String RBAC = "io.k8s.api.rbac.v1.";
    private static final String FLOWS = "io.k8s.api.flowcontrol.v1.";
    private static final String SCALING = "io.k8s.api.autoscaling.v2.";

    private Rules() {
    }

    static Rule of(String typeName) {
        return switch (typeName) {
            case "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector" -> SelectorRules::labelSelector;
            case "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement" -> SelectorRules::labelRequirement;
            case CORE + "NodeSelectorRequirement" -> SelectorRules::nodeRequirement;
            case CORE + "PodSpec" -> PodRules::podSpec;
            case CORE + "PodTemplateSpec" -> PodRules::template;
            case CORE + "PodSecurityContext" -> PodRules::securityContext;
            case CORE + "Toleration" -> PodRules::toleration;
            case CORE + "Container" -> ContainerRules::container;
            case CORE + "EphemeralContainer" -> PodParts::ephemeralContainer;
            case CORE + "EnvVar" -> ContainerRules::environment;
            case CORE + "EnvFromSource" -> ContainerRules::environmentSource;
            case CORE + "SecurityContext" -> ContainerRules::securityContext;
            case CORE + "ResourceRequirements" -> ResourceRules::requirements;
            case CORE + "Probe" -> ProbeRules::probe;
            case CORE + "LifecycleHandler" -> ProbeRules::lifecycleHandler;
            case CORE + "HTTPGetAction" -> ProbeRules::portOfAction;
            case CORE + "TCPSocketAction" -> ProbeRules::portOfAction;
            case CORE + "Volume" -> VolumeRules::volume;
            case CORE + "VolumeProjection" -> VolumeRules::projection;
            case CORE + "DownwardAPIVolumeFile" -> VolumeRules::downwardFile;
            case CORE + "Service" -> ServiceRules::service;
            case CORE + "ConfigMap" -> ConfigRules::configMap;
            case CORE + "Secret" -> ConfigRules::secret;
            case CORE + "Event" -> ObjectRules::event;
            case CORE + "NodeSpec" -> NodeRules::nodeSpec;
            case CORE + "EndpointSubset" -> EndpointRules::subset;
            case CORE + "Endpoints" -> EndpointRules::endpoints;
            case "io.k8s.api.discovery.v1.EndpointSlice" -> EndpointRules::slice;
            case CORE + "ReplicationControllerSpec" -> WorkloadRules::replicationController;
            case CORE + "PersistentVolumeClaimSpec" -> StorageRules::claimSpec;
            case CORE + "LimitRangeSpec" -> LimitRangeRules::spec;
            case CORE + "ResourceQuotaSpec" -> QuotaRules::spec;
            case CORE + "Binding" -> ObjectRules::binding;
            case APPS + "DeploymentSpec" -> WorkloadRules::deployment;
            case APPS + "ReplicaSetSpec" -> WorkloadRules::selectorMatchesTemplate;
            case APPS + "DaemonSetSpec" -> WorkloadRules::daemonSet;
            case APPS + "StatefulSetSpec" -> WorkloadRules::statefulSet;
            case "io.k8s.api.batch.v1.Job" -> BatchRules::job;
            case "io.k8s.api.batch.v1.JobSpec" -> BatchRules::jobSpec;
            case "io.k8s.api.batch.v1.CronJobSpec" -> BatchRules::cronJobSpec;
            case SCALING + "HorizontalPodAutoscalerSpec" -> ObjectRules::autoscaler;
            case "io.k8s.api.policy.v1.PodDisruptionBudgetSpec" -> ObjectRules::disruptionBudget;
            case NETWORKING + "IngressSpec" -> NetworkRules::ingress;
            case NETWORKING + "IPAddress" -> AddressRules::record;
            case NETWORKING + "ServiceCIDR" -> AddressRules::range;
            case "io.k8s.api.storage.v1.VolumeAttributesClass" -> StorageRules::attributesClass;
            case NETWORKING + "HTTPIngressPath" -> NetworkRules::ingressPath;
            case NETWORKING + "IngressBackend" -> NetworkRules::ingressBackend;
            case NETWORKING + "NetworkPolicyPeer" -> NetworkRules::policyPeer;
            case NETWORKING + "NetworkPolicyPort" -> NetworkRules::policyPort;
            case RBAC + "Role" -> RbacRules::role;
            case RBAC + "ClusterRole" -> RbacRules::clusterRole;
            case RBAC + "RoleBinding" -> RbacRules::roleBinding;
            case RBAC + "ClusterRoleBinding" -> RbacRules::clusterRoleBinding;
            case NETWORKING + "NetworkPolicySpec" -> NetworkRules::policy;
            case FLOWS + "FlowSchema" -> FlowRules::schema;
            case FLOWS + "PolicyRulesWithSubjects" -> FlowRules::rule;
            case FLOWS + "ResourcePolicyRule" -> FlowRules::resourceRule;
            case FLOWS + "NonResourcePolicyRule" -> FlowRules::nonResourceRule;
            case FLOWS + "PriorityLevelConfiguration" -> FlowRules::level;
            case FLOWS + "LimitResponse" -> FlowRules::response;
            case FLOWS + "QueuingConfiguration" -> FlowRules::queuing;
            case "io.k8s.api.storage.v1.VolumeAttachmentSource" -> StorageRules::attachmentSource;
            case "io.k8s.api.scheduling.v1.PriorityClass" -> ObjectRules::priorityClass;
            default -> Rule.NONE;
        };
    }
}
