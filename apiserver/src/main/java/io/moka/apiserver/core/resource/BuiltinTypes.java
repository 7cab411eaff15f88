package io.moka.apiserver.core.resource;

import static io.moka.apiserver.core.resource.ResourceType.of;

import java.util.ArrayList;
import java.util.List;

/// The table of the built-in kinds, one row each. A kind with special rules has a strategy besides its row; one without needs nothing more.
final class BuiltinTypes {
    private BuiltinTypes() {}

    static List<ResourceType> rows() {
        List<ResourceType> rows = new ArrayList<>(stable());
        rows.addAll(OlderVersions.rows());
        return rows;
    }

    static List<ResourceType> stable() {
        return List.of(
                of("v1", "Binding", "bindings", true).notStored(),
                of("v1", "ComponentStatus", "componentstatuses", false).shortNames("cs").notStored(),
                of("v1", "ConfigMap", "configmaps", true).shortNames("cm"),
                of("v1", "Endpoints", "endpoints", true).shortNames("ep").keySegment("services/endpoints"),
                of("v1", "Event", "events", true).shortNames("ev").selectable(
                        "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
                        "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type"),
                of("v1", "LimitRange", "limitranges", true).shortNames("limits"),
                of("v1", "Namespace", "namespaces", false).shortNames("ns").subresources("status", "finalize").selectable("status.phase"),
                of("v1", "Node", "nodes", false).shortNames("no").subresources("status", "proxy").selectable("spec.unschedulable").keySegment("minions"),
                of("v1", "PersistentVolumeClaim", "persistentvolumeclaims", true).shortNames("pvc").subresources("status"),
                of("v1", "PersistentVolume", "persistentvolumes", false).shortNames("pv").subresources("status"),
                of("v1", "Pod", "pods", true).shortNames("po").categories("all")
                        .subresources("status", "log", "exec", "attach", "portforward", "proxy", "binding", "eviction", "ephemeralcontainers", "resize")
                        .selectable("spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
                                "status.phase", "status.podIP", "status.nominatedNodeName"),
                of("v1", "PodTemplate", "podtemplates", true),
                of("v1", "ReplicationController", "replicationcontrollers", true).shortNames("rc").categories("all")
                        .subresources("status", "scale").selectable("status.replicas").keySegment("controllers"),
                of("v1", "ResourceQuota", "resourcequotas", true).shortNames("quota").subresources("status"),
                of("v1", "Secret", "secrets", true).selectable("type"),
                of("v1", "ServiceAccount", "serviceaccounts", true).shortNames("sa").subresources("token"),
                of("v1", "Service", "services", true).shortNames("svc").categories("all").subresources("status", "proxy")
                        .selectable("spec.clusterIP", "spec.type").keySegment("services/specs"),
                of("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", false).categories("api-extensions"),
                of("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", false).categories("api-extensions"),
                of("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", "validatingadmissionpolicies", false).categories("api-extensions").subresources("status"),
                of("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", false).categories("api-extensions"),
                of("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy", "mutatingadmissionpolicies", false).categories("api-extensions"),
                of("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicyBinding", "mutatingadmissionpolicybindings", false).categories("api-extensions"),
                of("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", false).shortNames("crd", "crds")
                        .categories("api-extensions").subresources("status").keySegment("apiextensions.k8s.io/customresourcedefinitions"),
                of("apiregistration.k8s.io/v1", "APIService", "apiservices", false).categories("api-extensions").subresources("status")
                        .keySegment("apiregistration.k8s.io/apiservices"),
                of("apps/v1", "ControllerRevision", "controllerrevisions", true),
                of("apps/v1", "DaemonSet", "daemonsets", true).shortNames("ds").categories("all").subresources("status"),
                of("apps/v1", "Deployment", "deployments", true).shortNames("deploy").categories("all").subresources("status", "scale"),
                of("apps/v1", "ReplicaSet", "replicasets", true).shortNames("rs").categories("all").subresources("status", "scale").selectable("status.replicas"),
                of("apps/v1", "StatefulSet", "statefulsets", true).shortNames("sts").categories("all").subresources("status", "scale"),
                of("authentication.k8s.io/v1", "SelfSubjectReview", "selfsubjectreviews", false).notStored(),
                of("authentication.k8s.io/v1", "TokenReview", "tokenreviews", false).notStored(),
                of("authorization.k8s.io/v1", "LocalSubjectAccessReview", "localsubjectaccessreviews", true).notStored(),
                of("authorization.k8s.io/v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", false).notStored(),
                of("authorization.k8s.io/v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews", false).notStored(),
                of("authorization.k8s.io/v1", "SubjectAccessReview", "subjectaccessreviews", false).notStored(),
                of("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", true).shortNames("hpa").categories("all").subresources("status"),
                of("autoscaling/v1", "HorizontalPodAutoscaler", "horizontalpodautoscalers", true).shortNames("hpa").categories("all").subresources("status")
                        .alias("v1", new Alias(GroupVersionKind.of("autoscaling/v2", "HorizontalPodAutoscaler"), new AutoscalerForm())),
                of("batch/v1", "CronJob", "cronjobs", true).shortNames("cj").categories("all").subresources("status"),
                of("batch/v1", "Job", "jobs", true).categories("all").subresources("status").selectable("status.successful"),
                of("certificates.k8s.io/v1", "CertificateSigningRequest", "certificatesigningrequests", false).shortNames("csr")
                        .subresources("status", "approval").selectable("spec.signerName"),
                of("coordination.k8s.io/v1", "Lease", "leases", true),
                of("discovery.k8s.io/v1", "EndpointSlice", "endpointslices", true),
                of("events.k8s.io/v1", "Event", "events", true).shortNames("ev").selectable(
                        "reason", "regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "reportingController", "type"),
                of("flowcontrol.apiserver.k8s.io/v1", "FlowSchema", "flowschemas", false).subresources("status"),
                of("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration", "prioritylevelconfigurations", false).subresources("status"),
                of("networking.k8s.io/v1", "IPAddress", "ipaddresses", false).shortNames("ip"),
                of("networking.k8s.io/v1", "IngressClass", "ingressclasses", false),
                of("networking.k8s.io/v1", "Ingress", "ingresses", true).shortNames("ing").subresources("status").keySegment("ingress"),
                of("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", true).shortNames("netpol"),
                of("networking.k8s.io/v1", "ServiceCIDR", "servicecidrs", false).subresources("status"),
                of("node.k8s.io/v1", "RuntimeClass", "runtimeclasses", false),
                of("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", true).shortNames("pdb").subresources("status"),
                of("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings", false),
                of("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", false),
                of("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings", true),
                of("rbac.authorization.k8s.io/v1", "Role", "roles", true),
                of("scheduling.k8s.io/v1", "PriorityClass", "priorityclasses", false).shortNames("pc"),
                of("resource.k8s.io/v1", "DeviceClass", "deviceclasses", false),
                of("resource.k8s.io/v1", "ResourceClaim", "resourceclaims", true).subresources("status"),
                of("resource.k8s.io/v1", "ResourceClaimTemplate", "resourceclaimtemplates", true),
                of("resource.k8s.io/v1", "ResourceSlice", "resourceslices", false).selectable("spec.nodeName", "spec.driver"),
                of("storage.k8s.io/v1", "CSIDriver", "csidrivers", false),
                of("storage.k8s.io/v1", "CSINode", "csinodes", false),
                of("storage.k8s.io/v1", "CSIStorageCapacity", "csistoragecapacities", true),
                of("storage.k8s.io/v1", "StorageClass", "storageclasses", false).shortNames("sc"),
                of("storage.k8s.io/v1", "VolumeAttachment", "volumeattachments", false).subresources("status"),
                of("storage.k8s.io/v1", "VolumeAttributesClass", "volumeattributesclasses", false).shortNames("vac"));
    }
}
