package io.moka.apiserver.core.resource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The table of older API versions that upstream has served, for clients and components that still use them.
public final class OlderVersions {

    /// One row: the group, the older version, the version with the same schema, the releases in which upstream deprecated and removed it (empty when it has
    /// not), and its resources.
    private record Row(String group, String version, String same, String deprecatedIn, String goneIn, List<String> plurals) {
        static Row of(String groupVersion, String same, String deprecatedIn, String goneIn, String... plurals) {
            String[] parts = groupVersion.split("/");
            return new Row(parts[0], parts[1], same, deprecatedIn, goneIn, List.of(plurals));
        }
    }

    private static final List<Row> ROWS = List.of(
            Row.of("admissionregistration.k8s.io/v1beta1", "v1", "v1.31", "v1.34", "validatingadmissionpolicies", "validatingadmissionpolicybindings"),
            Row.of("admissionregistration.k8s.io/v1beta1", "v1", "", "", "mutatingadmissionpolicies", "mutatingadmissionpolicybindings"),
            Row.of("networking.k8s.io/v1beta1", "v1", "v1.34", "v1.37", "ipaddresses", "servicecidrs"),
            Row.of("storage.k8s.io/v1beta1", "v1", "v1.34", "v1.37", "volumeattributesclasses"),
            Row.of("policy/v1beta1", "v1", "v1.21", "v1.25", "poddisruptionbudgets"),
            Row.of("batch/v1beta1", "v1", "v1.21", "v1.25", "cronjobs"),
            Row.of("discovery.k8s.io/v1beta1", "v1", "v1.21", "v1.25", "endpointslices"),
            Row.of("events.k8s.io/v1beta1", "v1", "v1.19", "v1.25", "events"),
            Row.of("coordination.k8s.io/v1beta1", "v1", "v1.19", "v1.22", "leases"),
            Row.of("rbac.authorization.k8s.io/v1beta1", "v1", "v1.17", "v1.22", "roles", "rolebindings", "clusterroles", "clusterrolebindings"),
            Row.of("scheduling.k8s.io/v1beta1", "v1", "v1.14", "v1.22", "priorityclasses"),
            Row.of("storage.k8s.io/v1beta1", "v1", "v1.19", "v1.22", "storageclasses", "volumeattachments", "csidrivers", "csinodes"),
            Row.of("node.k8s.io/v1beta1", "v1", "v1.20", "v1.25", "runtimeclasses"),
            Row.of("autoscaling/v2beta2", "v2", "v1.23", "v1.26", "horizontalpodautoscalers"));

    private static final List<ResourceType> ALIASES = new ArrayList<>();
    private static final Map<GroupVersionKind, GroupVersionKind> SAME_SCHEMA = new HashMap<>();
    private static final Map<GroupVersionKind, String> WARNINGS = new HashMap<>();

    static {
        for (Row row : ROWS) {
            for (ResourceType type : BuiltinTypes.stable()) {
                if (type.group().equals(row.group) && type.version().equals(row.same) && row.plurals.contains(type.plural())) {
                    add(row, type, type.alias(row.version));
                }
            }
        }
    }

    static {
        WARNINGS.put(new GroupVersionKind("", "v1", "ComponentStatus"), "v1 ComponentStatus is deprecated in v1.19+");
        WARNINGS.put(new GroupVersionKind("", "v1", "Endpoints"), "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice");
    }

    private OlderVersions() {}

    private static void add(Row row, ResourceType type, ResourceType alias) {
        ALIASES.add(alias);
        SAME_SCHEMA.put(alias.gvk(), type.gvk());
        SAME_SCHEMA.put(list(alias.gvk()), list(type.gvk()));
        if (row.deprecatedIn.isEmpty()) {
            return;
        }
        WARNINGS.put(alias.gvk(), alias.groupVersion() + " " + alias.kind() + " is deprecated in " + row.deprecatedIn + "+, unavailable in " + row.goneIn
                + "+; use " + type.groupVersion() + " " + type.kind());
    }

    /// Returns the resource types of older versions, to be served after those of the newer versions.
    static List<ResourceType> rows() {
        return List.copyOf(ALIASES);
    }

    private static GroupVersionKind list(GroupVersionKind kind) {
        return new GroupVersionKind(kind.group(), kind.version(), kind.kind() + "List");
    }

    /// Returns the kind whose schema and rules apply to a kind: itself, unless it belongs to an older version.
    public static GroupVersionKind sameSchema(GroupVersionKind kind) {
        return SAME_SCHEMA.getOrDefault(kind, kind);
    }

    /// Returns the deprecation warning for users of a kind; empty when there is none.
    public static String warning(GroupVersionKind kind) {
        return WARNINGS.getOrDefault(kind, "");
    }
}
