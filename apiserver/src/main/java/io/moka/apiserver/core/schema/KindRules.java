package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.resource.GroupVersionKind;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// The rules of one kind beyond those of its fields.
///
/// @param naming   returns the reasons why a name is invalid
/// @param update   validates an update
/// @param creation validates a new object by rules that need not hold later
record KindRules(Function<String, List<String>> naming, UpdateRule update, BiConsumer<ObjectNode, Causes> creation) {

    /// Reviews and token requests have no name of their own, so any name is valid.
    static final Function<String, List<String>> NAMELESS = name -> List.of();

    private static final KindRules PLAIN = new KindRules(Names::dns1123Subdomain, UpdateRule.NONE);

    private KindRules(Function<String, List<String>> naming, UpdateRule update) {
        this(naming, update, (object, causes) -> { });
    }

    static KindRules of(GroupVersionKind kind) {
        return switch (kind.apiVersion() + "/" + kind.kind()) {
            case "events.k8s.io/v1/Event" -> new KindRules(Names::dns1123Subdomain, EventRules::checkUpdate, EventRules::checkNew);
            case "v1/Pod" -> updating(PodUpdate::check);
            case "v1/Service" -> new KindRules(Names::dns1035Label, ServiceRules::checkUpdate);
            case "v1/Namespace" -> named(Names::dns1123Label);
            case "v1/Node" -> updating(NodeRules::checkUpdate);
            case "v1/ConfigMap" -> updating(ConfigRules::checkConfigMapUpdate);
            case "v1/Secret" -> updating(ConfigRules::checkSecretUpdate);
            case "v1/PersistentVolumeClaim" -> updating(StorageRules::checkClaimUpdate);
            case "v1/PersistentVolume" -> updating(StorageRules::checkVolumeUpdate);
            case "v1/ResourceQuota" -> updating(QuotaRules::checkUpdate);
            case "storage.k8s.io/v1/StorageClass" -> updating(StorageRules::checkClassUpdate);
            case "storage.k8s.io/v1/VolumeAttributesClass" -> updating(StorageRules::checkAttributesClassUpdate);
            case "resource.k8s.io/v1/ResourceClaim" -> updating(DeviceRules::checkClaimUpdate);
            case "resource.k8s.io/v1/ResourceClaimTemplate" -> updating(DeviceRules::checkTemplateUpdate);
            case "resource.k8s.io/v1/ResourceSlice" -> updating(DeviceRules::checkSliceUpdate);
            case "networking.k8s.io/v1/IPAddress" -> new KindRules(AddressRules::recordName, AddressRules::checkRecordUpdate);
            case "networking.k8s.io/v1/ServiceCIDR" -> updating(AddressRules::checkRangeUpdate);
            case "apps/v1/StatefulSet" -> new KindRules(Names::dns1123Label, WorkloadRules::checkStatefulSetUpdate);
            case "batch/v1/Job" -> updating(BatchRules::checkJobUpdate);
            case "batch/v1/CronJob" -> named(BatchRules::cronJobName);
            case "rbac.authorization.k8s.io/v1/Role" -> named(Names::pathSegment);
            case "rbac.authorization.k8s.io/v1/ClusterRole" -> named(Names::pathSegment);
            case "rbac.authorization.k8s.io/v1/RoleBinding" -> new KindRules(Names::pathSegment, RbacRules::checkBindingUpdate);
            case "rbac.authorization.k8s.io/v1/ClusterRoleBinding" -> new KindRules(Names::pathSegment, RbacRules::checkBindingUpdate);
            case "apiregistration.k8s.io/v1/APIService" -> named(Names::pathSegment);
            case "certificates.k8s.io/v1/CertificateSigningRequest" -> named(name -> List.of());
            case "authentication.k8s.io/v1/TokenRequest" -> anonymous();
            case "authentication.k8s.io/v1/TokenReview" -> anonymous();
            case "authentication.k8s.io/v1/SelfSubjectReview" -> anonymous();
            case "authorization.k8s.io/v1/SubjectAccessReview" -> anonymous();
            case "authorization.k8s.io/v1/SelfSubjectAccessReview" -> anonymous();
            case "authorization.k8s.io/v1/LocalSubjectAccessReview" -> anonymous();
            case "authorization.k8s.io/v1/SelfSubjectRulesReview" -> anonymous();
            default -> PLAIN;
        };
    }

    /// Returns the rule for updates through a subresource.
    UpdateRule update(String subresource) {
        return switch (subresource) {
            case "ephemeralcontainers" -> PodParts::checkEphemeral;
            case "resize" -> PodParts::checkResize;
            default -> update;
        };
    }

    private static KindRules named(Function<String, List<String>> naming) {
        return new KindRules(naming, UpdateRule.NONE);
    }

    private static KindRules updating(UpdateRule update) {
        return new KindRules(Names::dns1123Subdomain, update);
    }

    private static KindRules anonymous() {
        return new KindRules(NAMELESS, UpdateRule.NONE);
    }
}
