package io.moka.apiserver.core.fieldmanager;

import java.util.Set;

/// The fields that a write leaves without an owner: those that the server sets, and those that cannot be changed through the written subresource.
///
/// @param hasStatus whether the status is written through its own subresource only
record Scope(boolean hasStatus, String subresource) {
    private static final Set<String> SERVER_METADATA = Set.of("name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName",
            "generation", "managedFields", "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds");

    boolean ignores(String field) {
        return switch (field) {
            case "apiVersion", "kind" -> true;
            case "metadata" -> false;
            case "status" -> hasStatus && !writesStatus();
            default -> writesStatus();
        };
    }

    private boolean writesStatus() {
        return subresource.equals("status") || subresource.equals("approval");
    }

    static boolean ignoresInMetadata(String field) {
        return SERVER_METADATA.contains(field);
    }
}
