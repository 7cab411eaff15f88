package io.moka.apiserver.schema;

import io.moka.apiserver.resource.GroupVersionKind;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// What differs from kind to kind beyond its fields.
///
/// @param naming what is wrong with a name
/// @param update what may not change
record KindRules(Function<String, List<String>> naming, UpdateRule update) {

    /// Reviews and requests have no name of their own.
    static final Function<String, List<String>> NAMELESS = name -> List.of();

    private static final KindRules PLAIN = new KindRules(Names::dns1123Subdomain, UpdateRule.NONE);

    private static final Map<String, KindRules> BY_KIND = Map.ofEntries(
            Map.entry("v1/Pod", updating(PodUpdate::check)),
            Map.entry("v1/Service", new KindRules(Names::dns1035Label, ServiceRules::checkUpdate)),
            Map.entry("v1/Namespace", named(Names::dns1123Label)),
            Map.entry("v1/Node", updating(NodeRules::checkUpdate)),
            Map.entry("v1/ConfigMap", updating(ConfigRules::checkConfigMapUpdate)),
            Map.entry("v1/Secret", updating(ConfigRules::checkSecretUpdate)),
            Map.entry("v1/PersistentVolumeClaim", updating(StorageRules::checkClaimUpdate)),
            Map.entry("v1/PersistentVolume", updating(StorageRules::checkVolumeUpdate)),
            Map.entry("apps/v1/StatefulSet", new KindRules(Names::dns1123Label, WorkloadRules::checkStatefulSetUpdate)),
            Map.entry("batch/v1/Job", updating(BatchRules::checkJobUpdate)),
            Map.entry("batch/v1/CronJob", named(BatchRules::cronJobName)),
            Map.entry("rbac.authorization.k8s.io/v1/Role", named(Names::pathSegment)),
            Map.entry("rbac.authorization.k8s.io/v1/ClusterRole", named(Names::pathSegment)),
            Map.entry("rbac.authorization.k8s.io/v1/RoleBinding", new KindRules(Names::pathSegment, RbacRules::checkBindingUpdate)),
            Map.entry("rbac.authorization.k8s.io/v1/ClusterRoleBinding", new KindRules(Names::pathSegment, RbacRules::checkBindingUpdate)),
            Map.entry("certificates.k8s.io/v1/CertificateSigningRequest", named(name -> List.of())),
            Map.entry("authentication.k8s.io/v1/TokenRequest", anonymous()),
            Map.entry("authentication.k8s.io/v1/TokenReview", anonymous()),
            Map.entry("authentication.k8s.io/v1/SelfSubjectReview", anonymous()),
            Map.entry("authorization.k8s.io/v1/SubjectAccessReview", anonymous()),
            Map.entry("authorization.k8s.io/v1/SelfSubjectAccessReview", anonymous()),
            Map.entry("authorization.k8s.io/v1/LocalSubjectAccessReview", anonymous()),
            Map.entry("authorization.k8s.io/v1/SelfSubjectRulesReview", anonymous()));

    static KindRules of(GroupVersionKind kind) {
        return BY_KIND.getOrDefault(kind.apiVersion() + "/" + kind.kind(), PLAIN);
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
