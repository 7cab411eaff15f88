package io.moka.apiserver.fieldmanager;

import java.util.Set;

/// Which fields nobody can own: those that the server sets, and those that a write through this path does not change.
///
/// @param hasStatus whether the kind has a status of its own, which only its subresource writes
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
