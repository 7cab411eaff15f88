package io.moka.apiserver.core.schema;

/// The rules that declarations cannot express, by type.
///
/// A switch rather than a map, so that a function is linked when its type is first used, and the start of the server pays for none of them.
final class Rules {

    private static final String CORE = "io.k8s.api.core.v1.";
    private static final String APPS = "io.k8s.api.apps.v1.";
    private static final String NETWORKING = "io.k8s.api.networking.v1.";
    private static final String RBAC = "io.k8s.api.rbac.v1.";
    private static final String FLOWS = "io.k8s.api.flowcontrol.v1.";
    private static final String DEVICES = "io.k8s.api.resource.v1.";
    private static final String SCALING = "io.k8s.api.autoscaling.v2.";

    private Rules() {
    }

    static Rule of(String typeName) {
        return switch (typeName) {
            case "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector" -> SelectorRules::labelSelector;
            case "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement" -> SelectorRules::labelRequirement;
            case CORE + "PodSpec" -> PodRules::podSpec;
            case CORE + "PodTemplateSpec" -> PodRules::template;
            case CORE + "Pod" -> PodRules::pod;
            case CORE + "PodSecurityContext" -> SecurityRules::podContext;
            case CORE + "SeccompProfile" -> SecurityRules::seccomp;
            case CORE + "AppArmorProfile" -> SecurityRules::appArmor;
            case CORE + "TopologySpreadConstraint" -> SpreadingRules::constraint;
            case CORE + "PodAffinityTerm" -> SpreadingRules::affinityTerm;
            case CORE + "NodeSelectorTerm" -> SelectorRules::nodeSelectorTerm;
            case CORE + "Toleration" -> PodRules::toleration;
            case CORE + "Container" -> ContainerRules::container;
            case CORE + "EphemeralContainer" -> PodParts::ephemeralContainer;
            case CORE + "EnvVar" -> ContainerRules::environment;
            case CORE + "ConfigMapEnvSource" -> ContainerRules::environmentReference;
            case CORE + "SecretEnvSource" -> ContainerRules::environmentReference;
            case CORE + "SecurityContext" -> SecurityRules::containerContext;
            case CORE + "ResourceRequirements" -> ResourceRules::requirements;
            case CORE + "Probe" -> ProbeRules::probe;
            case CORE + "LifecycleHandler" -> ProbeRules::lifecycleHandler;
            case CORE + "HTTPGetAction" -> ProbeRules::httpGet;
            case CORE + "TCPSocketAction" -> ProbeRules::portOfAction;
            case CORE + "Volume" -> VolumeRules::volume;
            case CORE + "ProjectedVolumeSource" -> VolumeRules::projected;
            case CORE + "ServiceAccountTokenProjection" -> ObjectRules::expiration;
            case CORE + "HostPathVolumeSource" -> VolumeRules::hostPath;
            case CORE + "LocalVolumeSource" -> VolumeRules::hostPath;
            case CORE + "NFSVolumeSource" -> VolumeRules::nfs;
            case CORE + "FCVolumeSource" -> VolumeRules::fibreChannel;
            case CORE + "ISCSIVolumeSource" -> VolumeRules::iscsi;
            case CORE + "ISCSIPersistentVolumeSource" -> VolumeRules::iscsi;
            case CORE + "FlockerVolumeSource" -> VolumeRules::flocker;
            case CORE + "FlexVolumeSource" -> VolumeRules::flex;
            case CORE + "FlexPersistentVolumeSource" -> VolumeRules::flex;
            case CORE + "CSIVolumeSource" -> VolumeRules::csi;
            case CORE + "PersistentVolume" -> PersistentVolumeRules::volume;
            case CORE + "PersistentVolumeClaimTemplate" -> PersistentVolumeRules::claimTemplate;
            case CORE + "DownwardAPIVolumeFile" -> VolumeRules::downwardFile;
            case CORE + "Service" -> ServiceRules::service;
            case CORE + "ConfigMap" -> ConfigRules::configMap;
            case CORE + "Secret" -> ConfigRules::secret;
            case CORE + "Event" -> EventRules::core;
            case "io.k8s.api.events.v1.Event" -> EventRules::events;
            case CORE + "Node" -> NodeRules::node;
            case CORE + "Namespace" -> ObjectRules::namespace;
            case CORE + "EndpointSubset" -> EndpointRules::subset;
            case CORE + "Endpoints" -> EndpointRules::endpoints;
            case "io.k8s.api.discovery.v1.EndpointSlice" -> EndpointRules::slice;
            case CORE + "ReplicationControllerSpec" -> WorkloadRules::replicationController;
            case CORE + "PersistentVolumeClaimSpec" -> StorageRules::claimSpec;
            case CORE + "LimitRangeSpec" -> LimitRangeRules::spec;
            case CORE + "ResourceQuotaSpec" -> QuotaRules::spec;
            case CORE + "Binding" -> ObjectRules::binding;
            case CORE + "ReplicationControllerStatus" -> StatusRules::replicas;
            case APPS + "ReplicaSetStatus" -> StatusRules::replicas;
            case APPS + "DeploymentStatus" -> StatusRules::replicas;
            case APPS + "StatefulSetStatus" -> StatusRules::statefulReplicas;
            case APPS + "DeploymentSpec" -> WorkloadRules::deployment;
            case APPS + "ReplicaSetSpec" -> WorkloadRules::selectorMatchesTemplate;
            case APPS + "DaemonSetSpec" -> WorkloadRules::daemonSet;
            case APPS + "StatefulSetSpec" -> WorkloadRules::statefulSet;
            case "io.k8s.api.batch.v1.Job" -> BatchRules::job;
            case "io.k8s.api.batch.v1.JobSpec" -> BatchRules::jobSpec;
            case "io.k8s.api.batch.v1.CronJobSpec" -> BatchRules::cronJobSpec;
            case SCALING + "HorizontalPodAutoscalerSpec" -> AutoscalerRules::spec;
            case SCALING + "CrossVersionObjectReference" -> AutoscalerRules::reference;
            case SCALING + "MetricSpec" -> AutoscalerRules::metric;
            case SCALING + "MetricTarget" -> AutoscalerRules::target;
            case SCALING + "MetricIdentifier" -> AutoscalerRules::identifier;
            case SCALING + "HPAScalingRules" -> AutoscalerRules::scaling;
            case SCALING + "HPAScalingPolicy" -> AutoscalerRules::scalingPolicy;
            case "io.k8s.api.authentication.v1.TokenRequestSpec" -> ObjectRules::expiration;
            case "io.k8s.api.policy.v1.PodDisruptionBudgetSpec" -> ObjectRules::disruptionBudget;
            case NETWORKING + "IngressSpec" -> NetworkRules::ingress;
            case NETWORKING + "IPAddress" -> AddressRules::record;
            case NETWORKING + "ServiceCIDR" -> AddressRules::range;
            case "io.k8s.api.storage.v1.VolumeAttributesClass" -> StorageRules::attributesClass;
            case NETWORKING + "IngressClassParametersReference" -> NetworkRules::classParameters;
            case NETWORKING + "IPBlock" -> NetworkRules::block;
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
            case DEVICES + "DeviceClaim" -> DeviceRules::claim;
            case DEVICES + "DeviceRequest" -> DeviceRules::request;
            case DEVICES + "ExactDeviceRequest" -> DeviceRules::count;
            case DEVICES + "DeviceSubRequest" -> DeviceRules::count;
            case DEVICES + "CELDeviceSelector" -> DeviceRules::expression;
            case DEVICES + "DeviceSelector" -> DeviceRules::selector;
            case DEVICES + "DeviceConstraint" -> DeviceRules::constraint;
            case DEVICES + "OpaqueDeviceConfiguration" -> DeviceRules::opaque;
            case DEVICES + "DeviceClaimConfiguration" -> DeviceRules::configuration;
            case DEVICES + "DeviceClassConfiguration" -> DeviceRules::configuration;
            case DEVICES + "DeviceToleration" -> DeviceRules::toleration;
            case DEVICES + "DeviceClassSpec" -> DeviceRules::deviceClass;
            case DEVICES + "ResourceSliceSpec" -> DeviceRules::slice;
            case DEVICES + "Device" -> DeviceRules::device;
            case DEVICES + "DeviceAttribute" -> DeviceRules::attribute;
            case DEVICES + "ResourceClaimStatus" -> DeviceRules::status;
            case "io.k8s.api.storage.v1.StorageClass" -> StorageRules::storageClass;
            case "io.k8s.api.storage.v1.CSINodeSpec" -> StorageRules::driversOfNode;
            case "io.k8s.api.storage.v1.VolumeAttachmentSource" -> StorageRules::attachmentSource;
            case "io.k8s.api.scheduling.v1.PriorityClass" -> ObjectRules::priorityClass;
            default -> Rule.NONE;
        };
    }
}
