package io.moka.schemagenerator;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds the OpenAPI name of a model class; the classes' own names have lost the package that tells it.
///
/// A type belongs to the group of the first kind that refers to it (core is read first), unless its class name carries
/// a group, or it is listed here.
final class TypeNames {

    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1";
    private static final String CORE = "io.k8s.api.core.v1";

    private static final Set<String> META_TYPES = Set.of(
            "APIGroup", "APIGroupList", "APIResource", "APIResourceList", "APIVersions", "Condition", "DeleteOptions",
            "FieldSelectorRequirement", "GroupVersionForDiscovery", "LabelSelector", "LabelSelectorRequirement",
            "ListMeta", "ManagedFieldsEntry", "ObjectMeta", "OwnerReference", "Preconditions",
            "ServerAddressByClientCIDR", "ShardInfo", "Status", "StatusCause", "StatusDetails");

    private static final Set<String> CORE_TYPES = Set.of("TopologySelectorTerm", "TopologySelectorLabelRequirement");

    /// Class name prefixes, in the order to try them.
    private static final List<Map.Entry<String, String>> PREFIXES = List.of(
            Map.entry("CoreV1", CORE),
            Map.entry("AuthenticationV1", "io.k8s.api.authentication.v1"),
            Map.entry("StorageV1", "io.k8s.api.storage.v1"),
            Map.entry("ResourceV1", "io.k8s.api.resource.v1"),
            Map.entry("DiscoveryV1", "io.k8s.api.discovery.v1"),
            Map.entry("EventsV1", "io.k8s.api.events.v1"),
            Map.entry("RbacV1", "io.k8s.api.rbac.v1"),
            Map.entry("FlowcontrolV1", "io.k8s.api.flowcontrol.v1"),
            Map.entry("AdmissionregistrationV1", "io.k8s.api.admissionregistration.v1"),
            Map.entry("ApiextensionsV1", "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1"),
            Map.entry("ApiregistrationV1", "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1"));

    private TypeNames() {
    }

    record Name(String goPackage, String simple) {
        String full() {
            return goPackage + "." + simple;
        }
    }

    static Name of(String className, String referringPackage) {
        for (var prefix : PREFIXES) {
            if (className.startsWith(prefix.getKey())) {
                return new Name(prefix.getValue(), className.substring(prefix.getKey().length()));
            }
        }
        String simple = className.replaceFirst("^V[0-9]+", "");
        if (META_TYPES.contains(simple)) {
            return new Name(META, simple);
        }
        return new Name(CORE_TYPES.contains(simple) ? CORE : referringPackage, simple);
    }
}
